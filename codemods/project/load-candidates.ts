import { resolve } from 'node:path';

import { Project, type FileSystemHost } from 'ts-morph';

import type { ts } from '../../engine/syntax/ts.ts';
import { extractFactories } from '../server-entry/extract-factories.ts';
import type { MovedText } from '../server-entry/moved-text.ts';
import { findCandidates } from './find-candidates.ts';
import type { SourceUnit } from './find-source-units.ts';
import type { MigrationOptions } from './migration.ts';
import { pathsOf } from './package-paths.ts';

export interface Candidates {
  readonly files: readonly ts.SourceFile[];
  readonly program: ts.Program;
  /** Where the program was read from. */
  readonly disk: ts.ModuleResolutionHost;
  /** The files whose server was moved into a function first, so that `files` holds them changed. */
  readonly moved: ReadonlyMap<string, MovedText>;
}

export type LoadOptions = Pick<MigrationOptions, 'skip' | 'base' | 'packages' | 'project'>;

/** Loads the files of a unit that may concern the codemod, with what they import, into one program. */
export function loadCandidates(unit: SourceUnit, options: LoadOptions): Candidates {
  const { skip = new Set() } = options;
  const { project, names } = loadUnit(unit, options);
  const load = (): { program: ts.Program; files: ts.SourceFile[] } => {
    const program = project.getProgram().compilerObject;
    return { program, files: names.flatMap((name) => program.getSourceFile(name) ?? []) };
  };
  const { program, files } = load();
  const movable = files.filter(({ fileName }) => !skip.has(fileName));
  const moved = extractFactories(movable, program);
  // Not `replaceWithText`, which writes its own line endings.
  for (const [name, { text }] of moved) project.createSourceFile(name, text, { overwrite: true });
  const disk = project.getModuleResolutionHost();
  return { ...(moved.size === 0 ? { program, files } : load()), disk, moved };
}

export interface LoadedUnit {
  readonly project: Project;
  /** The files of the unit that may concern the codemod. */
  readonly names: readonly string[];
}

/** The project of a unit's files that may concern the codemod, and of what they import. */
export function loadUnit(unit: SourceUnit, options: Omit<LoadOptions, 'skip'>): LoadedUnit {
  const project = options.project ?? openProject(unit, options);
  const fileSystem = project.getFileSystem();
  const names = findCandidates(unit.files, (file) => fileSystem.readFileSync(file));
  for (const name of names) project.addSourceFileAtPath(name);
  return { project, names };
}

function openProject(
  { options }: SourceUnit,
  { base = new Map(), packages = new Map() }: Pick<LoadOptions, 'base' | 'packages'>,
): Project {
  const fileSystem = withTexts(base);
  const compilerOptions = withPackages(options, packages, (path) => fileSystem.readFileSync(path));
  return new Project({ compilerOptions, fileSystem, skipAddingFilesFromTsConfig: true });
}

/** The disk, with other texts in some files. */
function withTexts(base: ReadonlyMap<string, string>): FileSystemHost {
  const disk = new Project({ skipAddingFilesFromTsConfig: true, skipLoadingLibFiles: true }).getFileSystem();
  const readFileSync = (path: string, encoding?: string): string =>
    base.get(resolve(path)) ?? disk.readFileSync(path, encoding);
  return Object.assign(Object.create(disk) as FileSystemHost, { readFileSync });
}

function withPackages(
  options: ts.CompilerOptions,
  packages: ReadonlyMap<string, string>,
  read: (path: string) => string,
): ts.CompilerOptions {
  if (packages.size === 0) return options;
  const paths = Object.assign(
    {},
    ...[...packages].map(([name, place]) => pathsOf(name, place, read)),
  ) as ts.MapLike<string[]>;
  return { ...options, paths: { ...paths, ...options.paths } };
}
