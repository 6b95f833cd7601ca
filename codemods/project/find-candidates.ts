import { CallingFunctions, type NamedFunction } from './calling-functions.ts';
import { ImportGraph } from './import-graph.ts';
import { mayConcernMcp } from './may-concern-mcp.ts';

/** What an ask is written with: in the SDK, and (the last two, as calls of a member) in the contexts of frameworks. */
const SDK_NAMES: readonly string[] = [
  'elicitInput',
  'createMessage',
  'requestSampling',
  'listRoots',
  'elicitation/create',
  'sampling/createMessage',
  'roots/list',
];
const CONTEXT_NAMES: readonly string[] = ['elicit', 'sample'];
const ASKS = new RegExp(
  `(?:${SDK_NAMES.join('|')})(?:Stream)?\\b|${String.raw`\.\s*(?:${CONTEXT_NAMES.join('|')})\s*(?:<[^(]*>)?\s*(?:\?\.)?\(`}`,
);

/** The functions that ask for those who call them, beside the asks themselves, that a file calls. */
export type AskingCalls = (file: string, text: string) => readonly NamedFunction[];

/**
 * The files of a unit that the codemod has to see: what mentions an MCP package or an ask, and what names a function that
 * asks and imports where it, or the member it implements, is declared, for however many calls. Decided by the texts
 * alone, before a program is made of them.
 * @param read the text of a file
 * @param imported what each file calls that asks in another package
 */
export function findCandidates(
  files: readonly string[],
  read: (path: string) => string,
  imported: AskingCalls = () => [],
): readonly string[] {
  const texts = new Map(files.map((file) => [file, read(file)]));
  const asking = files.filter((file) => ASKS.test(texts.get(file) ?? ''));
  const calls = files.flatMap((file) => imported(file, texts.get(file) ?? '').map((fn) => ({ file, fn })));
  const candidates = new Set([
    ...files.filter((file) => mayConcernMcp(texts.get(file) ?? '')),
    ...asking,
    ...calls.map(({ file }) => file),
  ]);
  if (asking.length + calls.length === 0) return [...candidates];
  const graph = new ImportGraph(texts);
  const words = new WordIndex(texts);
  const callers = new Map<string, CallingFunctions>();
  const callersIn = (file: string): CallingFunctions => {
    const known = callers.get(file) ?? new CallingFunctions(file, texts.get(file) ?? '');
    callers.set(file, known);
    return known;
  };
  const asks = [...SDK_NAMES, ...CONTEXT_NAMES].map((name) => ({
    name,
    isMember: !SDK_NAMES.includes(name),
  }));
  const pending = [...asking.flatMap((file) => asks.map((fn) => ({ file, fn }))), ...calls];
  const seen = new Set<string>();
  for (const { file, fn } of pending) {
    const key = [file, fn.name, fn.isMember].join('\n');
    if (seen.has(key)) continue;
    seen.add(key);
    for (const owner of callersIn(file).around(fn))
      for (const place of [file, ...findDeclarations(owner, file, graph, words)]) {
        candidates.add(place);
        pending.push({ file: place, fn: owner });
        for (const importer of graph.importersOf(place)) {
          if (!words.has(importer, owner.name) || !callersIn(importer).uses(owner)) continue;
          candidates.add(importer);
          pending.push({ file: importer, fn: owner });
        }
      }
  }
  return files.filter((file) => candidates.has(file));
}

/** The files in which what a member implements may be declared. */
function findDeclarations(
  { name, isMember }: NamedFunction,
  file: string,
  graph: ImportGraph,
  words: WordIndex,
): readonly string[] {
  return isMember ? graph.importsOf(file).filter((place) => words.declares(place, name)) : [];
}

/** The words of each text, found when they are first asked for. */
class WordIndex {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #words = new Map<string, ReadonlySet<string>>();

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  has(file: string, word: string): boolean {
    const known = this.#words.get(file) ?? new Set(this.#textOf(file).match(/[\w$]+/g));
    this.#words.set(file, known);
    return known.has(word);
  }

  /** Whether the word may be the name of a member in a type: `ask(`, `ask:`, `ask?<`. */
  declares(file: string, word: string): boolean {
    if (!this.has(file, word)) return false;
    const name = word.replaceAll('$', String.raw`\$`);
    return new RegExp(String.raw`(?<![\w$.])${name}\??\s*[(:<]`).test(this.#textOf(file));
  }

  #textOf(file: string): string {
    return this.#texts.get(file) ?? '';
  }
}
