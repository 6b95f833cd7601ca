import { ts } from '../syntax/ts.ts';
import type { HelperFunction } from './find-asks.ts';
import { isAsyncFunction } from '../syntax/is-async-function.ts';

/** Why a function that asks for its callers stays as it is. */
export interface HelperProblem {
  readonly fn: ts.Node;
  readonly name: string;
  readonly reason: string;
  /** What the reason points at. */
  readonly at: ts.Node;
  /** The calls of it that were found. */
  readonly calls: readonly ts.CallExpression[];
  readonly members: readonly ts.SignatureDeclaration[];
  /** The function that stays as it is and makes this one stay. */
  readonly because?: ts.Node | undefined;
}

/** What a function without a name is called. */
export const CALLBACK = 'a callback';

/** Why a function cannot get the parameters of a helper; undefined where it can. */
export function shapeProblem(fn: ts.SignatureDeclaration): string | undefined {
  if (!isHelperFunction(fn)) return 'it is a constructor or an accessor';
  if (ts.isCallExpression(fn.parent) || ts.isBinaryExpression(fn.parent)) return 'it is a callback';
  if (fn.asteriskToken !== undefined) return 'it is a generator';
  if (fn.body === undefined || !ts.isBlock(fn.body)) return 'its body is an expression, not a block';
  if (!ts.isArrowFunction(fn) && usesArguments(fn.body)) return 'it reads `arguments`';
  if (fn.parameters[0]?.name.getText() === 'this') return 'it declares a type for `this`';
  if (!isAsyncFunction(fn))
    return returnsValue(fn.body)
      ? 'it is not an `async` function'
      : 'it returns before the client has answered';
  return ts.isFunctionDeclaration(fn) && isOverloaded(fn) ? 'it has overloads' : undefined;
}

function usesArguments(node: ts.Node): boolean {
  if (ts.isIdentifier(node)) return node.text === 'arguments';
  if (ts.isFunctionLike(node) && !ts.isArrowFunction(node)) return false;
  return ts.forEachChild(node, (child) => usesArguments(child) || undefined) ?? false;
}

function returnsValue(node: ts.Node): boolean {
  if (ts.isReturnStatement(node)) return node.expression !== undefined;
  if (ts.isFunctionLike(node)) return false;
  return ts.forEachChild(node, (child) => returnsValue(child) || undefined) ?? false;
}

export function isHelperFunction(fn: ts.Node): fn is HelperFunction {
  return (
    ts.isFunctionDeclaration(fn) ||
    ts.isArrowFunction(fn) ||
    ts.isFunctionExpression(fn) ||
    ts.isMethodDeclaration(fn)
  );
}

function isOverloaded(fn: ts.FunctionDeclaration): boolean {
  const siblings = ts.isBlock(fn.parent) || ts.isSourceFile(fn.parent) ? fn.parent.statements : [];
  const overloads = siblings.filter(
    (other) => ts.isFunctionDeclaration(other) && other.name?.text === fn.name?.text,
  );
  return overloads.length > 1;
}

/** What callers call a function by: its own name, or that of the variable or property it is the value of. */
export function nameOfHelper(fn: ts.SignatureDeclaration): string | undefined {
  const { parent } = fn;
  if (fn.name !== undefined && !ts.isFunctionExpression(fn)) return textOf(fn.name);
  const isNamed =
    (ts.isVariableDeclaration(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isPropertyDeclaration(parent)) &&
    parent.initializer === fn;
  return isNamed ? textOf(parent.name) : undefined;
}

function textOf(name: ts.Node): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isPrivateIdentifier(name)
    ? name.text
    : undefined;
}
