import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { ts } from '../syntax/ts.ts';
import { isFunctionNode } from './function-node.ts';
import type { FunctionNode } from './function-node.ts';
import { unwrap } from '../syntax/unwrap.ts';
import { memberOfImport } from './suspension.ts';
import { shorten, spanOf, unsupported } from './unsupported.ts';

/**
 * The function that is the argument of `resumable`; undefined when a compiled unit already stands in its place.
 * @throws {DiagnosticError} MRTR1502 when another compiler has lowered its `await`s; MRTR1503 when it is written elsewhere
 */
export function functionToCompile(argument: ts.Expression): FunctionNode | undefined {
  const node = unwrap(argument);
  if (isCompiledUnit(node)) return undefined;
  const helper = findAsyncHelper(node);
  if (helper !== undefined) {
    throw new DiagnosticError(diag.awaitAlreadyLowered(spanOf(helper), { helper: helper.getText() }));
  }
  if (isFunctionNode(node)) {
    refuseDirectEval(node);
    return node;
  }
  throw new DiagnosticError(diag.markedFunctionNotInPlace(spanOf(node), { text: shorten(node.getText()) }));
}

/**
 * The method that `mark` names.
 * @throws {DiagnosticError} MRTR1506 when the class has none; MRTR1502 when its `await`s were lowered
 */
export function methodToCompile(
  mark: ts.StringLiteralLike,
  method: ts.MethodDeclaration | undefined,
): FunctionNode {
  if (method === undefined)
    throw new DiagnosticError(diag.markedMethodNotFound(spanOf(mark), { name: mark.text }));
  const helper = method.body && findAsyncHelper(method.body);
  if (helper !== undefined)
    throw new DiagnosticError(diag.awaitAlreadyLowered(spanOf(helper), { helper: helper.getText() }));
  if (method.asteriskToken !== undefined) throw unsupported(method, '`yield`');
  refuseDirectEval(method);
  return method;
}

/** It sees the variables around it (ECMA-262 19.2.1.1), which are not there under their names. */
function refuseDirectEval(node: ts.Node): void {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'eval')
    throw unsupported(node, 'a direct `eval`');
  ts.forEachChild(node, refuseDirectEval);
}

/** True for the literal that stands in place of a compiled function. */
export function isCompiledUnit(node: ts.Expression): boolean {
  if (!ts.isObjectLiteralExpression(node)) return false;
  const names = new Set(node.properties.map((property) => property.name?.getText()));
  return ['id', 'hash', 'functions', 'links'].every((name) => names.has(name));
}

/** What TypeScript and tslib, esbuild, SWC and Babel call the function that drives a generator in place of `await`. */
const ASYNC_HELPER =
  /^(?:__awaiter|__async|_async_to_generator|_asyncToGenerator|_wrap_async_generator|__generator)\d*$/;

function findAsyncHelper(node: ts.Node): ts.Node | undefined {
  if (ts.isCallExpression(node)) {
    const callee = memberOfImport(node.expression) ?? unwrap(node.expression);
    const names = ts.isPropertyAccessExpression(callee) ? [callee.name, callee.expression] : [callee];
    const helper = names.find((name) => ts.isIdentifier(name) && ASYNC_HELPER.test(name.text));
    if (helper !== undefined) return helper;
  }
  return ts.forEachChild(node, findAsyncHelper);
}
