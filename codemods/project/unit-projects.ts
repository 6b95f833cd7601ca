import { resolve } from 'node:path';

import { Project, type FileSystemHost } from 'ts-morph';

import type { ts } from '../../engine/syntax/ts.ts';
import type { SourceUnit } from './find-source-units.ts';
import { pathsOf } from './package-paths.ts';

export interface ProjectOptions {
  /** Texts in place of what is on disk, by absolute path. */
  readonly base?: ReadonlyMap<string, string>;
  /** Where packages are that the unit's project has not installed, by name. */
  readonly packages?: ReadonlyMap<string, string>;
}

/** How many characters of source the projects that are kept beside a new one may have together. */
const MAX_CHARACTERS = 10_000_000;

/**
 * The projects of units, for when they are opened again: with other texts, or once more after a rewrite was refused. What
 * packages declare is then read once. Those opened longest ago are let go where all would take too much memory.
 */
export class UnitProjects {
  readonly #open: OpenProject[] = [];

  /** @returns a project in which each file has its text of `base`, or of the disk */
  open(unit: SourceUnit, options: ProjectOptions): Project {
    const index = this.#open.findIndex((other) => other.isFor(unit, options));
    const [known] = index === -1 ? [] : this.#open.splice(index, 1);
    while (this.#open.length > 0 && this.#characters() > MAX_CHARACTERS) this.#open.shift();
    const opened = known ?? new OpenProject(unit, options);
    this.#open.push(opened);
    opened.restore(options.base ?? new Map());
    return opened.project;
  }

  #characters(): number {
    return this.#open.reduce((sum, { characters }) => sum + characters, 0);
  }
}

class OpenProject {
  readonly project: Project;
  readonly #unit: SourceUnit;
  readonly #packages: ReadonlyMap<string, string>;
  readonly #disk: FileSystemHost;
  #base: ReadonlyMap<string, string>;

  constructor(unit: SourceUnit, { base = new Map(), packages = new Map() }: ProjectOptions) {
    this.#unit = unit;
    this.#packages = packages;
    this.#base = base;
    this.#disk = new Project({
      skipAddingFilesFromTsConfig: true,
      skipLoadingLibFiles: true,
    }).getFileSystem();
    const readFileSync = (path: string, encoding?: string): string => this.#read(path, encoding);
    const fileSystem = Object.assign(Object.create(this.#disk) as FileSystemHost, { readFileSync });
    const compilerOptions = withPackages(unit.options, packages, readFileSync);
    this.project = new Project({ compilerOptions, fileSystem, skipAddingFilesFromTsConfig: true });
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

  /** Of all files that are loaded by now. */
  get characters(): number {
    const files = this.project.getSourceFiles();
    return files.reduce((sum, { compilerNode }) => sum + compilerNode.text.length, 0);
  }

  restore(base: ReadonlyMap<string, string>): void {
    this.#base = base;
    const own = new Set(this.#unit.files);
    for (const file of this.project.getSourceFiles()) {
      const path = file.getFilePath();
      if (!own.has(path)) continue;
      const text = this.#read(path);
      if (text !== file.compilerNode.text) this.project.createSourceFile(path, text, { overwrite: true });
    }
  }

  #read(path: string, encoding?: string): string {
    return this.#base.get(resolve(path)) ?? this.#disk.readFileSync(path, encoding);
  }
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
