import { resolveAlias } from '../syntax/resolve-alias.ts';
import { ts } from '../syntax/ts.ts';

/**
 * The name under which the own module of a function gives it to others: its own, or that of the class or the object it is
 * a member of. A function inside of another one is not given to anybody by a name.
 */
export function exportedAs(fn: ts.Node, checker: ts.TypeChecker): string | undefined {
  const symbol = isPrivate(fn) ? undefined : outermostSymbol(fn, checker);
  const module = checker.getSymbolAtLocation(fn.getSourceFile());
  if (symbol === undefined || module === undefined) return undefined;
  const isExported = checker
    .getExportsOfModule(module)
    .some((exported) => resolveAlias(exported, checker) === symbol);
  return isExported ? symbol.name : undefined;
}

function isPrivate(fn: ts.Node): boolean {
  if (!ts.isMethodDeclaration(fn)) return false;
  return (
    ts.isPrivateIdentifier(fn.name) ||
    (ts.getCombinedModifierFlags(fn) & ts.ModifierFlags.Private) === ts.ModifierFlags.Private
  );
}

/** What the statement of a module that a node is in declares; undefined behind another function. */
function outermostSymbol(node: ts.Node, checker: ts.TypeChecker): ts.Symbol | undefined {
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    if (at !== node && ts.isFunctionLike(at)) return undefined;
    if (ts.isFunctionDeclaration(at) || ts.isClassDeclaration(at) || ts.isVariableDeclaration(at))
      return at.name && checker.getSymbolAtLocation(at.name);
  }
  return undefined;
}
