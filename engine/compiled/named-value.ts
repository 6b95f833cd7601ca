import { ts } from '../syntax/ts.ts';
import { code } from './code.ts';
import type { Code } from './code.ts';
import { isFunctionNode, outermostParentheses } from './function-node.ts';
import type { PrintContext } from './print-expression.ts';

/** An anonymous function or class takes the name of the property it is given to (ECMA-262 13.2.5.5). */
export function namedValue(name: string, value: Code): Code {
  const key = JSON.stringify(name);
  if (name === '') return code`(${value})`;
  // As it stands, `__proto__` would set the prototype; computed, V8 names a class in spite of its static `name`.
  return code`({ ${name === '__proto__' ? `[${key}]` : key}: ${value} })[${key}]`;
}

/**
 * True for an anonymous function or class that is named after the variable it is assigned to (ECMA-262 13.15.2), where
 * that variable is printed as a member of something, after which nothing is named. What is printed on its own, the owner,
 * has its name already.
 */
export function losesName(node: ts.Node, { bindings, isNative, owner }: PrintContext): boolean {
  if (node === owner || !(isFunctionNode(node) || ts.isClassLike(node))) return false;
  const target = node.name === undefined ? targetOf(node) : undefined;
  const binding = target && bindings.of.get(target);
  return binding !== undefined && !isNative(binding);
}

function targetOf(node: ts.Node): ts.Node | undefined {
  const { parent } = outermostParentheses(node);
  if (ts.isShorthandPropertyAssignment(parent)) return parent.name;
  return ts.isBinaryExpression(parent) && ts.isIdentifier(parent.left) ? parent.left : undefined;
}
