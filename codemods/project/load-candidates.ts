import type { Project } from 'ts-morph';

import type { ts } from '../../engine/syntax/ts.ts';
import { extractFactories } from '../server-entry/extract-factories.ts';
import type { MovedText } from '../server-entry/moved-text.ts';
import { findCandidates, type AskingCalls } from './find-candidates.ts';
import type { SourceUnit } from './find-source-units.ts';
import type { MigrationOptions } from './migration.ts';
import { UnitProjects, type UnitProject } from './unit-projects.ts';

export interface Candidates {
  readonly files: readonly ts.SourceFile[];
  readonly program: ts.Program;
  /** Where the program was read from. */
  readonly disk: ts.ModuleResolutionHost;
  /** The files whose server was moved into a function first, so that `files` holds them changed. */
  readonly moved: ReadonlyMap<string, MovedText>;
}

export interface LoadOptions extends Pick<
  MigrationOptions,
  'skip' | 'base' | 'packages' | 'project' | 'projects'
> {
  /** What the files of the unit call that asks in another package. */
  readonly imported?: AskingCalls | undefined;
}

/** Loads the files of a unit that may concern the codemod, with what they import, into one program. */
export function loadCandidates(unit: SourceUnit, options: LoadOptions): Candidates {
  const { skip = new Set() } = options;
  const { project, names } = loadUnit(unit, options);
  const load = (): { program: ts.Program; files: ts.SourceFile[] } => {
    const program = project.createProgram(names);
    return { program, files: names.flatMap((name) => program.getSourceFile(name) ?? []) };
  };
  const { program, files } = load();
  const movable = files.filter(({ fileName }) => !skip.has(fileName));
  const moved = extractFactories(movable, program);
  for (const [name, { text }] of moved) project.replace(name, text);
  const { disk } = project;
  return { ...(moved.size === 0 ? { program, files } : load()), disk, moved };
}

export interface LoadedUnit {
  readonly project: UnitProject;
  /** The files of the unit that may concern the codemod. */
  readonly names: readonly string[];
}

/** The project of a unit's files that may concern the codemod. */
export function loadUnit(unit: SourceUnit, options: Omit<LoadOptions, 'skip'>): LoadedUnit {
  const project =
    options.project === undefined
      ? (options.projects ?? new UnitProjects()).open(unit, options)
      : projectOf(options.project);
  return { project, names: findCandidates(unit.files, (file) => project.read(file), options.imported) };
}

function projectOf(project: Project): UnitProject {
  return {
    disk: project.getModuleResolutionHost(),
    read: (path) => project.getFileSystem().readFileSync(path),
    // Not `replaceWithText`, which writes its own line endings.
    replace: (path, text) => void project.createSourceFile(path, text, { overwrite: true }),
    createProgram: (names) => {
      for (const name of names) project.addSourceFileAtPath(name);
      return project.getProgram().compilerObject;
    },
  };
}
