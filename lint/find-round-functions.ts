import { propertyValue, sdkFunctionName } from '../engine/find/find-asks.ts';
import { ts } from '../engine/syntax/ts.ts';
import { describeSeal, type Seal } from './describe-seal.ts';
import { isRequestStateMethod, nodesBelow, resolveValue, unwrap } from './sdk-calls.ts';

/** A place where a function answers with an `InputRequiredResult`. */
export interface RoundEnd {
  readonly statement: ts.ReturnStatement;
  /** The expression that builds the result, where it is written in this function. */
  readonly built: BuiltResult | undefined;
}

/** `inputRequired({…})`, an object literal, or `requestState.ask(…)`. */
export interface BuiltResult {
  readonly node: ts.Expression;
  /** What is asked, as far as it is an object literal. */
  readonly requests: ts.ObjectLiteralExpression | undefined;
  /** Requests are given, but cannot be read off the source. */
  readonly hasUnknownRequests: boolean;
  readonly seal: Seal;
}

/** A function that ends a round by hand: a handler, or a helper of one. */
export interface RoundFunction {
  readonly fn: ts.FunctionLikeDeclaration;
  readonly body: ts.Block;
  readonly name: string;
  readonly ends: readonly RoundEnd[];
}

/** Finds the functions of a file that return an `InputRequiredResult`, told by the type of what is returned. */
export function findRoundFunctions(file: ts.SourceFile, checker: ts.TypeChecker): RoundFunction[] {
  const byFunction = new Map<ts.FunctionLikeDeclaration, RoundEnd[]>();
  for (const node of nodesBelow(file)) {
    if (!ts.isReturnStatement(node) || node.expression === undefined) continue;
    if (!isInputRequired(node.expression, checker)) continue;
    const fn = ts.findAncestor(node, ts.isFunctionLike) as ts.FunctionLikeDeclaration | undefined;
    if (fn === undefined) continue;
    const end = { statement: node, built: findBuiltResult(node.expression, checker) };
    byFunction.set(fn, [...(byFunction.get(fn) ?? []), end]);
  }
  return [...byFunction].flatMap(([fn, ends]) => {
    const { body } = fn;
    return body !== undefined && ts.isBlock(body) ? [{ fn, body, name: nameOf(fn), ends }] : [];
  });
}

/** The type says so: `resultType` has no other value than the one the specification gives to this result. */
function isInputRequired(expression: ts.Expression, checker: ts.TypeChecker): boolean {
  const value = unwrap(expression);
  if (ts.isObjectLiteralExpression(value)) return isResultLiteral(value);
  const type = checker.getAwaitedType(checker.getTypeAtLocation(expression));
  const tag = type?.getProperty('resultType');
  if (type === undefined || tag === undefined) return false;
  const tagType = checker.getTypeOfSymbolAtLocation(tag, expression);
  return tagType.isStringLiteral() && tagType.value === 'input_required';
}

function isResultLiteral(literal: ts.ObjectLiteralExpression): boolean {
  const tag = propertyValue(literal, 'resultType');
  const value = tag && unwrap(tag);
  return value !== undefined && ts.isStringLiteralLike(value) && value.text === 'input_required';
}

function findBuiltResult(expression: ts.Expression, checker: ts.TypeChecker): BuiltResult | undefined {
  const node = resolveValue(expression, checker);
  if (ts.isObjectLiteralExpression(node))
    return isResultLiteral(node) ? fromLiteral(node, node, checker) : undefined;
  if (!ts.isCallExpression(node)) return undefined;
  if (isRequestStateMethod(node, 'ask', checker)) {
    const [, requests, payload] = node.arguments;
    return {
      node,
      ...readRequests(requests, checker),
      seal: { by: payload === undefined ? 'none' : 'mrtr', node, payload },
    };
  }
  if (sdkFunctionName(node, checker) !== 'InputRequiredBuilder') return undefined;
  const spec = node.arguments[0] && resolveValue(node.arguments[0], checker);
  return spec !== undefined && ts.isObjectLiteralExpression(spec)
    ? fromLiteral(node, spec, checker)
    : undefined;
}

function fromLiteral(
  node: ts.Expression,
  literal: ts.ObjectLiteralExpression,
  checker: ts.TypeChecker,
): BuiltResult {
  const state = propertyValue(literal, 'requestState');
  return {
    node,
    ...readRequests(propertyValue(literal, 'inputRequests'), checker),
    seal: state === undefined ? { by: 'none', node, payload: undefined } : describeSeal(state, checker),
  };
}

function readRequests(
  requests: ts.Expression | undefined,
  checker: ts.TypeChecker,
): Pick<BuiltResult, 'requests' | 'hasUnknownRequests'> {
  const value = requests && resolveValue(requests, checker);
  const literal = value !== undefined && ts.isObjectLiteralExpression(value) ? value : undefined;
  return { requests: literal, hasUnknownRequests: value !== undefined && literal === undefined };
}

/** The tool, prompt or resource a function is registered as; else its own name. */
function nameOf(fn: ts.FunctionLikeDeclaration): string {
  if (fn.name !== undefined) return fn.name.getText();
  const { parent } = fn;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  const first = ts.isCallExpression(parent) ? parent.arguments[0] : undefined;
  return first !== undefined && ts.isStringLiteralLike(first) ? first.text : 'this function';
}
