import { ts } from '../../engine/syntax/ts.ts';

/** How many characters of source may be kept for programs to come beside those of the one that is created. */
const MAX_CHARACTERS = 25_000_000;

/**
 * Parsed files, for all programs that may share them: those whose options a parsed and bound file does not depend on, as
 * TypeScript's own document registry decides.
 */
export class SharedFiles {
  readonly #registry = ts.createDocumentRegistry();
  readonly #byOptions = new Map<string, Map<string, ts.SourceFile>>();

  /** Lets all go where they are too many to be kept beside those of another program. */
  makeRoom(): void {
    const files = [...this.#byOptions.values()].flatMap((known) => [...known.values()]);
    const characters = files.reduce((sum, { text }) => sum + text.length, 0);
    if (characters > MAX_CHARACTERS) this.#byOptions.clear();
  }

  /**
   * The files as programs of some options have them.
   * @returns the file of a path with a text: the known one, or a new one
   */
  for(options: ts.CompilerOptions): (path: string, text: string) => ts.SourceFile {
    // Where modules are looked for is part of that key, and no part of a file.
    const key = this.#registry.getKeyForCompilationSettings({ ...options, pathsBasePath: undefined });
    return (path, text) => {
      const known = this.#byOptions.get(key) ?? new Map<string, ts.SourceFile>();
      this.#byOptions.set(key, known);
      const file = known.get(path);
      if (file?.text === text) return file;
      const parsed = parse(path, text, options);
      known.set(path, parsed);
      return parsed;
    };
  }
}

/** What tags say of declared types is for readers; leaving it out saves a twentieth of the memory. */
function parse(path: string, text: string, { target }: ts.CompilerOptions): ts.SourceFile {
  const isDeclaration = /\.d\.[cm]?ts$/.test(path);
  const jsDocParsingMode = isDeclaration
    ? ts.JSDocParsingMode.ParseForTypeErrors
    : ts.JSDocParsingMode.ParseAll;
  const languageVersion = target ?? ts.ScriptTarget.Latest;
  return ts.createSourceFile(path, text, { languageVersion, jsDocParsingMode }, true);
}
