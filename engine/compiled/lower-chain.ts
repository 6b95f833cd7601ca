import { ts } from '../syntax/ts.ts';
import { shortCircuitTest } from './branch.ts';
import { code, define, use } from './code.ts';
import type { Code } from './code.ts';
import type { BlockId } from './flow-graph.ts';
import { isStable, lowerOperands } from './lower-operands.ts';
import { spill, temporary } from './lowering.ts';
import type { Lowering } from './lowering.ts';
import { joinedCall } from './print-combinator.ts';
import { printList } from './print-expression.ts';
import { containsAwait, isOptional } from './suspension.ts';

/** True for an optional chain that awaits in an argument or a key, not only in what it begins with. */
export function awaitsInChain(node: ts.Node): boolean {
  if (!isOptional(node)) return false;
  if (ts.isCallExpression(node)) return node.arguments.some(containsAwait) || awaitsInChain(node.expression);
  if (ts.isElementAccessExpression(node)) {
    return containsAwait(node.argumentExpression) || awaitsInChain(node.expression);
  }
  const isLink = ts.isPropertyAccessExpression(node) || ts.isNonNullExpression(node);
  return isLink && awaitsInChain(node.expression);
}

/**
 * Lowers `a?.b(c)`: link by link, and past all that follow where one is null or undefined (ECMA-262 13.3.9.1).
 * @param isJoined whether the last call is awaited, and so goes through the flow
 */
export function lowerChain(lowering: Lowering, node: ts.Expression, isJoined = false): Code {
  const { graph } = lowering;
  const result = temporary(lowering);
  graph.emit(code`${define(result)} = undefined`);
  const end = graph.block();
  const value =
    isJoined && ts.isCallExpression(node)
      ? lowerCallLink(lowering, node, end, true)
      : lowerLink(lowering, node, end).value;
  graph.emit(code`${define(result)} = ${value}`);
  graph.enter(end);
  return use(result);
}

interface Link {
  readonly value: Code;
  /** What a method is called on. */
  readonly self?: Code;
}

function lowerLink(lowering: Lowering, node: ts.Expression, end: BlockId): Link {
  if (ts.isNonNullExpression(node)) return lowerLink(lowering, node.expression, end);
  if (ts.isCallExpression(node) && isOptional(node)) return { value: lowerCallLink(lowering, node, end) };
  const isMember = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
  // In front of the first `?.` only the receiver of a call matters.
  if (!isMember || (!isOptional(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword)) {
    return { value: lowering.lowerExpression(node) };
  }
  const self = spill(lowering, lowerLink(lowering, node.expression, end).value);
  if (node.questionDotToken !== undefined) leaveIfNullish(lowering, self, end);
  if (ts.isPropertyAccessExpression(node)) return { value: code`${self}.${node.name.text}`, self };
  const key = lowering.lowerExpression(node.argumentExpression);
  // Reading the member again must not evaluate the key again.
  return {
    value: code`${self}[${isStable(lowering, node.argumentExpression) ? key : spill(lowering, key)}]`,
    self,
  };
}

function lowerCallLink(lowering: Lowering, node: ts.CallExpression, end: BlockId, isJoined = false): Code {
  const { value, self = code`undefined` } = lowerLink(lowering, node.expression, end);
  // A method is read again after a resume, like that of any call.
  const callee = temporary(lowering, '$m', value);
  lowering.graph.emit(code`${define(callee)} = ${value}`);
  if (node.questionDotToken !== undefined) leaveIfNullish(lowering, use(callee), end);
  lowerOperands(lowering, node.arguments);
  const args = printList(node.arguments, lowering.print);
  if (isJoined) return joinedCall(node, use(callee), self, args, lowering.print);
  return code`Reflect.apply(${use(callee)}, ${self}, [${args}])`;
}

function leaveIfNullish({ graph }: Lowering, value: Code, end: BlockId): void {
  const test = shortCircuitTest(ts.SyntaxKind.QuestionQuestionToken)?.(value) ?? value;
  const next = graph.block();
  graph.end({ kind: 'branch', test, whenTrue: end, otherwise: next });
  graph.enter(next);
}
