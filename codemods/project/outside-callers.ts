import { relative } from 'node:path';

import type { KnownFunction, OutsideUses, UncalledExport } from '../../engine/find/outside-uses.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import { isTestFile } from '../server-entry/is-test-file.ts';
import { CallingFunctions } from './calling-functions.ts';
import { ExportedNames } from './exported-names.ts';
import type { SourceUnit } from './find-source-units.ts';
import { callsOfHelpers } from './find-tests-of-helpers.ts';
import { importsOf } from './module-imports.ts';
import { PublishedNames } from './published-names.ts';

/** Who may call the exports of a unit beside those whom its program shows. Told by the texts alone. */
export class OutsideCallers implements OutsideUses {
  readonly #root: string;
  readonly #unit: SourceUnit;
  readonly #strays: readonly string[];
  /** The tests that must stay true; none where they are told instead. */
  readonly #keptTests: readonly string[];
  readonly #areTestsTold: boolean;
  readonly #read: (path: string) => string;
  readonly #published: PublishedNames;
  /** Of files of no program, which are asked about each function anew. */
  readonly #texts = new Map<string, string>();
  #imported: ImportedModules | undefined;

  /**
   * @param root what the names of files are relative to
   * @param strays the files of the project that no tsconfig.json includes
   * @param tests what becomes of the tests of a function: they stay true, since it stays as it is, or are told that it
   *   has changed
   */
  constructor(
    root: string,
    unit: SourceUnit,
    strays: readonly string[],
    read: (path: string) => string,
    tests: 'kept' | 'told' = 'told',
  ) {
    const isTest = (file: string): boolean => isTestFile(relative(root, file));
    this.#root = root;
    this.#unit = { ...unit, files: unit.files.filter((file) => !isTest(file)) };
    this.#strays = strays.filter((file) => !isTest(file));
    this.#areTestsTold = tests === 'told';
    this.#keptTests = this.#areTestsTold ? [] : strays.filter(isTest);
    this.#read = read;
    this.#published = new PublishedNames(this.#unit, read);
  }

  readonly isTest = ({ fileName }: ts.SourceFile): boolean =>
    this.#areTestsTold && isTestFile(relative(this.#root, fileName));

  readonly heldBy = ({ file, name, exportedAs }: KnownFunction): string | undefined => {
    if (exportedAs !== undefined && this.#published.has(file, exportedAs))
      return 'the package exports it to others';
    const test = this.#keptTests.find(
      (path) => callsOfHelpers(path, this.#textOf(path), [{ file, name }]).length > 0,
    );
    return test === undefined ? undefined : `the test \`${relative(this.#root, test)}\` calls it`;
  };

  readonly callerOf = ({ file, name, takesServer }: UncalledExport): string | undefined => {
    const published = this.#published.callerOf(file, name);
    if (published !== undefined) return published;
    const { values, named } = (this.#imported ??= this.#findImported());
    if (values.has(file, name)) return 'nothing calls it by its name, but its module is passed on as a value';
    if (!takesServer && !named.has(file, name))
      return 'nothing imports the module that exports it, so that a framework may call it';
    const stray = this.#strays.find((path) => mayCall(path, this.#textOf(path), name));
    if (stray === undefined) return undefined;
    return `nothing in the project calls it, but \`${relative(this.#root, stray)}\`, which no tsconfig.json includes, may`;
  };

  #textOf(path: string): string {
    const text = this.#texts.get(path) ?? this.#read(path);
    this.#texts.set(path, text);
    return text;
  }

  #findImported(): ImportedModules {
    const values = new ExportedNames(this.#unit, this.#read);
    const named = new ExportedNames(this.#unit, this.#read);
    for (const file of [...this.#unit.files, ...this.#strays])
      for (const { specifier, isValue } of importsOf(file, this.#read(file)))
        (isValue ? values : named).addImported(specifier, file);
    return { values, named };
  }
}

interface ImportedModules {
  /** What is reached through modules that are values. */
  readonly values: ExportedNames;
  readonly named: ExportedNames;
}

/** A file that imports nothing has its own function of that name. */
function mayCall(path: string, text: string, name: string): boolean {
  if (!text.includes(name)) return false;
  const imports = importsOf(path, text).filter(({ specifier }) => !specifier.startsWith('node:'));
  return imports.length > 0 && new CallingFunctions(path, text).uses({ name, isMember: false });
}
