import { collectReferences } from '../analyze/collect-references.ts';
import { ts } from '../syntax/ts.ts';
import { findAsks, type AskHelper, type AskSite } from './find-asks.ts';
import { findHandlerRoots } from './find-handler-roots.ts';

type Helper = AskHelper['fn'];

/**
 * Finds the functions that ask for the handlers that call them: named, asynchronous, with one ask, and awaited by handlers
 * only, outside of loops. A function that is called or passed on in any other way is none.
 */
export function findAskHelpers(files: readonly ts.SourceFile[], checker: ts.TypeChecker): AskHelper[] {
  const roots = new Set<ts.Node>(
    files.flatMap((file) => findHandlerRoots(file, checker).map(({ fn }) => fn)),
  );
  const byFunction = new Map<Helper, AskSite[]>();
  for (const ask of files.flatMap((file) => findAsks(file, checker))) {
    const fn = ts.findAncestor(ask.call, ts.isFunctionLike);
    if (fn === undefined || !isHelper(fn) || roots.has(fn)) continue;
    byFunction.set(fn, [...(byFunction.get(fn) ?? []), ask]);
  }
  const uses = byFunction.size === 0 ? [] : files.flatMap((file) => collectReferences(file, checker));
  return [...byFunction].flatMap(([fn, [ask, second]]) => {
    const name = nameOf(fn);
    const own = name && checker.getSymbolAtLocation(name);
    if (ask === undefined || second !== undefined || name === undefined || own === undefined) return [];
    if ((own.declarations?.length ?? 0) > 1) return [];
    const calls: ts.CallExpression[] = [];
    for (const { symbol, node, isDeclaration } of uses) {
      if (target(symbol, checker) !== own || isDeclaration || isSpecifier(node)) continue;
      const call = awaitedCall(node);
      if (call === undefined || !isDirectlyIn(call, roots)) return [];
      calls.push(call);
    }
    const context = fn.parameters.find(
      (parameter) => checker.getTypeAtLocation(parameter).getProperty('mcpReq') !== undefined,
    );
    return calls.length > 0 ? [{ fn, name: name.text, ask, context, calls }] : [];
  });
}

function isHelper(fn: ts.SignatureDeclaration): fn is Helper {
  if (!ts.isFunctionDeclaration(fn) && !ts.isArrowFunction(fn) && !ts.isFunctionExpression(fn)) return false;
  const isAsync = fn.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true;
  const isPlain =
    fn.asteriskToken === undefined && fn.parameters.every((p) => p.dotDotDotToken === undefined);
  return isAsync && isPlain && fn.body !== undefined && ts.isBlock(fn.body);
}

function nameOf(fn: Helper): ts.Identifier | undefined {
  if (ts.isFunctionDeclaration(fn)) return fn.name;
  const { parent } = fn;
  const isConst =
    ts.isVariableDeclaration(parent) &&
    parent.initializer === fn &&
    parent.type === undefined &&
    (ts.getCombinedNodeFlags(parent) & ts.NodeFlags.Const) !== 0;
  return isConst && ts.isIdentifier(parent.name) ? parent.name : undefined;
}

function target(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

function isSpecifier({ parent }: ts.Node): boolean {
  return ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent);
}

/** The call of `await helper(…)`. */
function awaitedCall(name: ts.Identifier): ts.CallExpression | undefined {
  const { parent } = name;
  const isCall = ts.isCallExpression(parent) && parent.expression === name;
  return isCall && ts.isAwaitExpression(parent.parent) ? parent : undefined;
}

/** In the body of one of the functions itself, where each call is made once. */
function isDirectlyIn(call: ts.Node, roots: ReadonlySet<ts.Node>): boolean {
  const owner = ts.findAncestor(
    call,
    (node) => ts.isFunctionLike(node) || ts.isIterationStatement(node, false),
  );
  return owner !== undefined && roots.has(owner);
}
