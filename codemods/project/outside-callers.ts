import { relative } from 'node:path';

import type { HelperFunction } from '../../engine/find/find-asks.ts';
import type { OutsideUses } from '../../engine/find/outside-uses.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { isTestFile } from '../server-entry/is-test-file.ts';
import { CallingFunctions } from './calling-functions.ts';
import type { SourceUnit } from './find-source-units.ts';
import { PublishedNames } from './published-names.ts';

/** Who may call the functions of a unit beside its program: files of no tsconfig.json, and importers of its package. */
export class OutsideCallers implements OutsideUses {
  readonly #root: string;
  readonly #strays: readonly string[];
  readonly #read: (path: string) => string;
  readonly #published: PublishedNames;

  /**
   * @param root what the names of files are relative to
   * @param strays the files of the project that no tsconfig.json includes
   */
  constructor(root: string, unit: SourceUnit, strays: readonly string[], read: (path: string) => string) {
    this.#root = root;
    this.#strays = strays.filter((file) => !isTestFile(relative(root, file)));
    this.#read = read;
    this.#published = new PublishedNames(unit, read);
  }

  readonly isTest = ({ fileName }: ts.SourceFile): boolean => isTestFile(relative(this.#root, fileName));

  readonly callerOf = (fn: HelperFunction, name: string): string | undefined => {
    const published = this.#published.callerOf(fn.getSourceFile().fileName, name);
    if (published !== undefined) return published;
    const stray = this.#strays.find((file) => mayCall(file, this.#read(file), name));
    if (stray === undefined) return undefined;
    const path = relative(this.#root, stray);
    return `nothing in the project calls it, but \`${path}\`, which no tsconfig.json includes, may`;
  };
}

/** Told by names: a file that imports nothing of the project has its own function of that name. */
function mayCall(path: string, text: string, name: string): boolean {
  if (!text.includes(name)) return false;
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return (
    importedFiles.some(({ fileName }) => !fileName.startsWith('node:')) &&
    new CallingFunctions(path, text).uses({ name, isMember: false })
  );
}
