import MagicString from 'magic-string';

import { ts } from '../../engine/syntax/ts.ts';

/** What docs/engine.md says is not preserved, and the assertions that are about nothing else. */
const DIFFERENCES: readonly (readonly [
  difference: string,
  isAsserted: (call: ts.CallExpression) => boolean,
])[] = [
  ['names of functions under computed keys', assertsComputedName],
  ['the class of promises', assertsPromiseClass],
];

export interface WithoutKnown {
  readonly text: string;
  /** The first of the differences that were left out. */
  readonly difference: string;
}

/** A test without its assertions about documented differences; undefined where it makes none. */
export function leaveOutKnown(text: string): WithoutKnown | undefined {
  const source = ts.createSourceFile('test.js', text, ts.ScriptTarget.Latest, true);
  const output = new MagicString(text);
  let first: string | undefined;
  const visit = (node: ts.Node): void => {
    const call = ts.isExpressionStatement(node) ? node.expression : undefined;
    const known = call && ts.isCallExpression(call) && DIFFERENCES.find(([, isAsserted]) => isAsserted(call));
    if (known === undefined || known === false) {
      ts.forEachChild(node, visit);
      return;
    }
    first ??= known[0];
    output.overwrite(node.getStart(source), node.end, ';');
  };
  visit(source);
  return first === undefined ? undefined : { text: output.toString(), difference: first };
}

/** `verifyProperty(o[key], 'name', …)`, `verifyProperty(f, 'name', { value: '[…]' })` or `assert.sameValue(o[key].name, …)` */
function assertsComputedName({
  expression,
  arguments: [actual, name, expected],
}: ts.CallExpression): boolean {
  if (actual === undefined) return false;
  if (expression.getText() === 'verifyProperty') {
    const isName = name !== undefined && ts.isStringLiteral(name) && name.text === 'name';
    return isName && (isComputed(actual) || isNameOfSymbol(expected));
  }
  const isName = ts.isPropertyAccessExpression(actual) && actual.name.text === 'name';
  return expression.getText() === 'assert.sameValue' && isName && isComputed(actual.expression);
}

function isComputed(node: ts.Expression): boolean {
  return ts.isElementAccessExpression(node) && !ts.isLiteralExpression(node.argumentExpression);
}

/** `{ value: '[description]', … }` (ECMA-262 10.2.9) */
function isNameOfSymbol(descriptor: ts.Expression | undefined): boolean {
  if (descriptor === undefined || !ts.isObjectLiteralExpression(descriptor)) return false;
  return descriptor.properties.some(
    (property) =>
      ts.isPropertyAssignment(property) &&
      property.name.getText() === 'value' &&
      ts.isStringLiteral(property.initializer) &&
      /^\[.*\]$/.test(property.initializer.text),
  );
}

/** `assert(Object.getPrototypeOf(p) === Promise.prototype)` */
function assertsPromiseClass({ expression, arguments: [actual] }: ts.CallExpression): boolean {
  if (expression.getText() !== 'assert' || actual === undefined || !ts.isBinaryExpression(actual))
    return false;
  const { left, right } = actual;
  const isPrototype = ts.isCallExpression(left) && left.expression.getText() === 'Object.getPrototypeOf';
  return isPrototype && right.getText() === 'Promise.prototype';
}
