import { ts } from '../../engine/syntax/ts.ts';
import { fieldOfThis } from './class-factory.ts';
import { isTakenWithMore } from './entry-factory.ts';
import { NO_FACTORY, planServerFactory } from './plan-server-factory.ts';
import { resolvedSymbol } from './sdk-symbols.ts';
import { constantOf } from './server-factory.ts';

/** Why the server that an HTTP entry connects is not made by a function, and was not brought into one. */
export function whyNoFactory(server: ts.Expression, checker: ts.TypeChecker): string {
  if (isTakenWithMore(server, checker)) return 'what is made with the server is used, too';
  if (fieldOfThis(server, checker) !== undefined)
    return 'each request needs a server of its own, and the class has one';
  if (isHandedIn(server, checker)) return 'each request needs a server of its own, and one is handed in';
  const declaration = constantOf(server, checker);
  const plan = declaration && planServerFactory(declaration, checker);
  return typeof plan === 'string' ? plan : NO_FACTORY;
}

/** `server`, or `options.server`, of a parameter. */
function isHandedIn(server: ts.Expression, checker: ts.TypeChecker): boolean {
  let root = server;
  while (ts.isPropertyAccessExpression(root) || ts.isNonNullExpression(root)) root = root.expression;
  const declaration = ts.isIdentifier(root) ? resolvedSymbol(root, checker)?.valueDeclaration : undefined;
  return (
    declaration !== undefined &&
    ts.findAncestor(declaration, isOutsideOfNames)?.kind === ts.SyntaxKind.Parameter
  );
}

function isOutsideOfNames(node: ts.Node): boolean {
  return !ts.isBindingElement(node) && !ts.isBindingName(node);
}
