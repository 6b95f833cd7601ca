import { ts } from '../../engine/syntax/ts.ts';
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
  `${SDK_NAMES.join('|')}|${String.raw`\.\s*(?:${CONTEXT_NAMES.join('|')})\s*(?:<[^(]*>)?\s*(?:\?\.)?\(`}`,
);

/**
 * The files of a unit that the codemod has to see: what mentions an MCP package or an ask, and what names a function that
 * asks and imports where it, or the member it implements, is declared, for however many calls. Decided by the texts
 * alone, before a program is made of them.
 * @param read the text of a file
 */
export function findCandidates(files: readonly string[], read: (path: string) => string): readonly string[] {
  const texts = new Map(files.map((file) => [file, read(file)]));
  const asking = files.filter((file) => ASKS.test(texts.get(file) ?? ''));
  const candidates = new Set([...files.filter((file) => mayConcernMcp(texts.get(file) ?? '')), ...asking]);
  if (asking.length === 0) return [...candidates];
  const graph = new ImportGraph(texts);
  const owners = new Map<string, OwnersByName>();
  const ownersIn = (file: string): OwnersByName => {
    const known = owners.get(file) ?? findOwners(file, texts.get(file) ?? '');
    owners.set(file, known);
    return known;
  };
  const pending = asking.flatMap((file) => [...SDK_NAMES, ...CONTEXT_NAMES].map((name) => ({ file, name })));
  const seen = new Set<string>();
  for (const { file, name } of pending) {
    if (seen.has(`${file}\n${name}`)) continue;
    seen.add(`${file}\n${name}`);
    for (const owner of ownersIn(file).get(name) ?? [])
      for (const caller of findCallers(owner, file, graph, texts)) {
        candidates.add(caller);
        pending.push({ file: caller, name: owner.name });
      }
  }
  return files.filter((file) => candidates.has(file));
}

/** A function, by the name it is called by. */
interface Owner {
  readonly name: string;
  /** A method or a property, which may be what an interface in another file declares. */
  readonly isMember: boolean;
}

/** The file of a function and those that may call it. */
function findCallers(
  { name, isMember }: Owner,
  file: string,
  graph: ImportGraph,
  texts: ReadonlyMap<string, string>,
): readonly string[] {
  const word = name.replaceAll('$', String.raw`\$`);
  const mention = new RegExp(String.raw`(?<![\w$])${word}(?![\w$])`);
  const signature = new RegExp(String.raw`(?<![\w$.])${word}\??\s*[(:<]`);
  const matching = (paths: readonly string[], pattern: RegExp): string[] =>
    paths.filter((path) => pattern.test(texts.get(path) ?? ''));
  const declaring = isMember ? matching(graph.importsOf(file), signature) : [];
  const importers = [file, ...declaring].flatMap((place) => [...graph.importersOf(place)]);
  return [file, ...declaring, ...matching(importers, mention)];
}

/** The functions around each name of a text. */
type OwnersByName = ReadonlyMap<string, ReadonlySet<Owner>>;

function findOwners(file: string, text: string): OwnersByName {
  const found = new Map<string, Set<Owner>>();
  const visit = (node: ts.Node, owners: readonly Owner[], isInFunction: boolean): void => {
    if (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) {
      const known = found.get(node.text) ?? new Set();
      for (const owner of owners) known.add(owner);
      found.set(node.text, known);
    }
    const name = nameOfCallable(node, isInFunction);
    const isMember = !ts.isFunctionDeclaration(node) && !ts.isVariableDeclaration(node);
    const inner = name === undefined ? owners : [...owners, { name: name.text, isMember }];
    ts.forEachChild(node, (child) =>
      visit(child, child === name ? owners : inner, isInFunction || ts.isFunctionLike(node)),
    );
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false), [], false);
  return found;
}

/** What a function is called by: its own name, or that of the variable or member that holds it. */
function nameOfCallable(
  node: ts.Node,
  isInFunction: boolean,
): ts.Identifier | ts.StringLiteralLike | undefined {
  const isCallable =
    ts.isExportSpecifier(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ((ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node)) &&
      node.initializer !== undefined &&
      mayHoldFunction(node.initializer, isInFunction));
  const name = isCallable ? node.name : undefined;
  return name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) ? name : undefined;
}

/** A call within a function gives its result more often than a closure, and that closure is called right there. */
function mayHoldFunction(value: ts.Expression, isInFunction: boolean): boolean {
  return (
    ts.isFunctionLike(value) ||
    ts.isIdentifier(value) ||
    ts.isPropertyAccessExpression(value) ||
    (ts.isCallExpression(value) && !isInFunction)
  );
}
