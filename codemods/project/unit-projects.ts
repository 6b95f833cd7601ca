import { resolve } from 'node:path';

import { Project } from 'ts-morph';

import { ts } from '../../engine/syntax/ts.ts';
import type { SourceUnit } from './find-source-units.ts';
import { pathsOf } from './package-paths.ts';
import { SharedFiles } from './shared-files.ts';

export interface ProjectOptions {
  /** Texts in place of what is on disk, by absolute path. */
  readonly base?: ReadonlyMap<string, string>;
  /** Where packages are that the unit's project has not installed, by name. */
  readonly packages?: ReadonlyMap<string, string>;
}

/** What the files of a unit are read from, and made a program of. */
export interface UnitProject {
  /** Where programs look for what they import. */
  readonly disk: ts.ModuleResolutionHost;
  read(path: string): string;
  /** Gives a file another text, until the unit is opened again. */
  replace(path: string, text: string): void;
  /** The program of some files, with what these import. */
  createProgram(names: readonly string[]): ts.Program;
}

/**
 * The projects of units, for when they are opened again: with other texts, or once more after a rewrite was refused. What
 * packages declare is read once for all units; of the programs, which hold what is known of the types, only the last one
 * is kept.
 */
export class UnitProjects {
  readonly #files = new SharedFiles();
  readonly #libraries = createLibraryHost();
  #last: OpenProject | undefined;

  /** @returns a project in which each file has its text of `base`, or of the disk */
  open(unit: SourceUnit, options: ProjectOptions): UnitProject {
    const known = this.#last?.isFor(unit, options) === true ? this.#last : undefined;
    // Let go before the next one is created.
    this.#last = undefined;
    if (known === undefined) this.#files.makeRoom();
    const opened = known ?? new OpenProject(unit, options, this.#files, this.#libraries);
    opened.restore(options.base ?? new Map());
    this.#last = opened;
    return opened;
  }
}

class OpenProject implements UnitProject {
  readonly disk: ts.ModuleResolutionHost;
  readonly #unit: SourceUnit;
  readonly #packages: ReadonlyMap<string, string>;
  readonly #files: SharedFiles;
  readonly #options: ts.CompilerOptions;
  readonly #replaced = new Map<string, string>();
  #base: ReadonlyMap<string, string>;
  #program: ts.Program | undefined;

  constructor(
    unit: SourceUnit,
    { base = new Map(), packages = new Map() }: ProjectOptions,
    files: SharedFiles,
    libraries: ts.ModuleResolutionHost,
  ) {
    this.#unit = unit;
    this.#packages = packages;
    this.#files = files;
    this.#base = base;
    this.disk = {
      fileExists: (path) => (isLibrary(path) ? libraries.fileExists(path) : ts.sys.fileExists(path)),
      readFile: (path) => (isLibrary(path) ? libraries.readFile(path) : this.#textOf(path)),
      directoryExists: (path) => ts.sys.directoryExists(path),
      getDirectories: (path) => ts.sys.getDirectories(path),
      realpath: (path) => (isLibrary(path) ? path : (ts.sys.realpath?.(path) ?? path)),
      getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
      useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
    };
    this.#options = withPackages(unit.options, packages, (path) => this.read(path));
  }

  isFor({ tsConfigPath, files }: SourceUnit, { packages = new Map() }: ProjectOptions): boolean {
    const own = this.#unit;
    return (
      own.tsConfigPath === tsConfigPath &&
      own.files.length === files.length &&
      own.files.every((file, index) => file === files[index]) &&
      this.#packages.size === packages.size &&
      [...packages].every(([name, place]) => this.#packages.get(name) === place)
    );
  }

  restore(base: ReadonlyMap<string, string>): void {
    this.#base = base;
    this.#replaced.clear();
  }

  read(path: string): string {
    const text = this.#textOf(path);
    if (text === undefined) throw new RangeError(`there is no file ${path}`);
    return text;
  }

  replace(path: string, text: string): void {
    this.#replaced.set(resolve(path), text);
  }

  createProgram(names: readonly string[]): ts.Program {
    const options = this.#options;
    const known = this.#program;
    const program = ts.createProgram({
      rootNames: names,
      options,
      host: this.#host(),
      ...(known !== undefined && { oldProgram: known }),
    });
    // With nothing changed, what is known of the types counts on.
    const isSame = known !== undefined && isSameProgram(program, known);
    this.#program = isSame ? known : program;
    return this.#program;
  }

  #host(): ts.CompilerHost {
    const { disk } = this;
    const fileOf = this.#files.for(this.#options);
    return {
      ...disk,
      getSourceFile: (path) => {
        const text = disk.readFile(path);
        return text === undefined ? undefined : fileOf(path, text);
      },
      getDefaultLibFileName: (options) => `${LIBRARIES}/${ts.getDefaultLibFileName(options)}`,
      getDefaultLibLocation: () => LIBRARIES,
      writeFile: () => undefined,
      getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
      getCanonicalFileName: (path) => (ts.sys.useCaseSensitiveFileNames ? path : path.toLowerCase()),
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      getNewLine: () => ts.sys.newLine,
    };
  }

  #textOf(path: string): string | undefined {
    const name = resolve(path);
    return this.#replaced.get(name) ?? this.#base.get(name) ?? ts.sys.readFile(path);
  }
}

function isSameProgram(program: ts.Program, other: ts.Program): boolean {
  const files = program.getSourceFiles();
  const others = other.getSourceFiles();
  return files.length === others.length && files.every((file, index) => file === others[index]);
}

/** Where ts-morph has the libraries that it brings along. */
const LIBRARIES = '/node_modules/typescript/lib';

function isLibrary(path: string): boolean {
  return path.startsWith(`${LIBRARIES}/lib.`);
}

function createLibraryHost(): ts.ModuleResolutionHost {
  return new Project({ skipAddingFilesFromTsConfig: true }).getModuleResolutionHost();
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
