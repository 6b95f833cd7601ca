import { ts } from '../syntax/ts.ts';
import { code } from './code.ts';
import type { Code } from './code.ts';
import { functionName, isAsync } from './function-node.ts';
import type { FunctionNode } from './function-node.ts';
import { namedValue } from './named-value.ts';
import { printList, printNode } from './print-expression.ts';
import type { PrintContext } from './print-expression.ts';
import { unsupported } from './unsupported.ts';

/** The function's own text as an expression; a declaration or method as a function expression of the same `name`. */
export function printFunction(node: FunctionNode | ts.AccessorDeclaration, context: PrintContext): Code {
  if (node.body === undefined) throw unsupported(node, 'an overload signature');
  if (ts.isAccessor(node))
    return code`(function (${printList(node.parameters, context)}) ${printNode(node.body, context)})`;
  const async = isAsync(node) ? 'async ' : '';
  const params = printList(node.parameters, context);
  if (ts.isArrowFunction(node)) {
    return namedValue(functionName(node), code`${async}(${params}) => ${printNode(node.body, context)}`);
  }
  const star = node.asteriskToken === undefined ? '' : '*';
  if (ts.isMethodDeclaration(node)) {
    // As a method it has no `prototype` and is no constructor (ECMA-262 10.2.4, 15.4.5).
    const key = JSON.stringify(functionName(node));
    return code`({ ${async}${star}${key}(${params}) ${printNode(node.body, context)} })[${key}]`;
  }
  // Only the name of a function expression is a name inside it.
  const own = ts.isFunctionExpression(node) ? node.name?.text : undefined;
  const text = code`${async}function${star} ${own ?? ''}(${params}) ${printNode(node.body, context)}`;
  return own === undefined ? namedValue(functionName(node), text) : code`(${text})`;
}

/** A class as an expression of the name it would have in its place. */
export function printClass(node: ts.ClassLikeDeclaration, context: PrintContext): Code {
  const text = printNode(node, context);
  return node.name === undefined ? namedValue(functionName(node), text) : code`(${text})`;
}

/** The number of parameters in front of the first that has a default value or takes the rest (ECMA-262 15.1.5). */
export function arity({ parameters }: FunctionNode): number {
  const first = parameters.findIndex((p) => p.initializer !== undefined || p.dotDotDotToken !== undefined);
  return first < 0 ? parameters.length : first;
}
