import { ts } from '../syntax/ts.ts';
import { code, define, joinCode, use } from './code.ts';
import type { Code } from './code.ts';
import { holdCall, isFloatingCall } from './floating-call.ts';
import { lowerChain } from './lower-chain.ts';
import { isStable, lowerOperands, mayBeMissing } from './lower-operands.ts';
import { print, spill, temporary } from './lowering.ts';
import type { Lowering } from './lowering.ts';
import { printList, printName } from './print-expression.ts';
import { isKeywordCall, joinedCall } from './print-combinator.ts';
import { isSuper } from './receiver.ts';
import { unwrap } from '../syntax/unwrap.ts';
import { containsAwait, isOptional, memberOfImport } from './suspension.ts';
import { promiseCombinator } from './timers.ts';

/** `await operand`. */
export function lowerAwait(lowering: Lowering, node: ts.AwaitExpression): Code {
  return awaitValue(lowering, lowerJoinedOperand(lowering, node.expression), node);
}

/** Ends the block; the value is read from the sent register where it continues. */
export function awaitValue(lowering: Lowering, operand: Code, node?: ts.AwaitExpression): Code {
  const { graph, registers } = lowering;
  const to = graph.block();
  graph.end({ kind: 'await', operand, to, ...(node === undefined ? {} : { node }) });
  graph.enter(to);
  return spill(lowering, [registers.sent]);
}

/** A call whose result is awaited goes through the flow, so that a resumable callee joins it. */
export function lowerJoinedOperand(lowering: Lowering, node: ts.Expression): Code {
  const operand = unwrap(node);
  if (!ts.isCallExpression(operand) || isKeywordCall(operand)) return lowering.lowerExpression(node);
  if (isOptional(operand)) return lowerChain(lowering, operand, true);
  if (promiseCombinator(operand, lowering.print.bindings) !== undefined)
    return lowerCombinator(lowering, operand);
  const { callee, self } = lowerCallee(lowering, operand.expression, operand.arguments.some(containsAwait));
  return joinedCall(operand, callee, self, lowerArguments(lowering, operand), lowering.print);
}

function lowerCombinator(lowering: Lowering, node: ts.CallExpression): Code {
  const list = unwrap(node.arguments[0] ?? node);
  if (ts.isArrayLiteralExpression(list) && !list.elements.some(ts.isSpreadElement))
    lowerMembers(lowering, list);
  else lowerOperands(lowering, node.arguments);
  return print(lowering, node);
}

/** Members up to the last `await` are evaluated in front of it, the calls among them as part of the flow. */
function lowerMembers(lowering: Lowering, { elements }: ts.ArrayLiteralExpression): void {
  const last = elements.findLastIndex((element) => containsAwait(element));
  for (const [index, element] of elements.slice(0, last + 1).entries()) {
    const value = lowerJoinedOperand(lowering, element);
    lowering.print.substitutes.set(element, index === last ? value : spill(lowering, value));
  }
}

/** A call with an `await` in its callee or arguments. */
export function lowerCall(lowering: Lowering, node: ts.CallExpression): Code {
  if (isOptional(node)) {
    lowerOperands(lowering, [node.expression]);
    return print(lowering, node);
  }
  if (isKeywordCall(node)) {
    lowerOperands(lowering, node.arguments);
    return print(lowering, node);
  }
  if (promiseCombinator(node, lowering.print.bindings) !== undefined) return lowerCombinator(lowering, node);
  const { callee, self } = lowerCallee(lowering, node.expression, node.arguments.some(containsAwait));
  const args = lowerArguments(lowering, node);
  const value = code`Reflect.apply(${callee}, ${self}, [${args}])`;
  return isFloatingCall(node) ? holdCall(node, value, lowering.registers.activation) : value;
}

/** A tagged template whose substitutions await: its tag is read first, and the strings are those of its place. */
export function lowerTaggedTemplate(lowering: Lowering, node: ts.TaggedTemplateExpression): Code {
  const { tag, template } = node;
  const spans = ts.isTemplateExpression(template) ? template.templateSpans : [];
  const { callee, self } = lowerCallee(lowering, tag, spans.some(containsAwait));
  const substitutions = spans.map(({ expression }) => expression);
  lowerOperands(lowering, substitutions);
  const literals = ts.isTemplateExpression(template)
    ? [template.head, ...spans.map(({ literal }) => literal)]
    : [template];
  const text = literals.map((literal) => literal.getText()).join('0');
  const values = [code`((strings) => strings)${text}`, ...substitutions.map((node) => print(lowering, node))];
  return code`Reflect.apply(${callee}, ${self}, [${joinCode(values, ', ')}])`;
}

interface Callee {
  readonly callee: Code;
  readonly self: Code;
}

/** The function is looked up before the arguments are evaluated (ECMA-262 13.3.6.1), and again after a resume. */
function lowerCallee(lowering: Lowering, node: ts.Expression, isSuspended: boolean): Callee {
  const target = unwrap(node);
  if (!ts.isPropertyAccessExpression(target) && !ts.isElementAccessExpression(target)) {
    const value = lowering.lowerExpression(node);
    const self = code`undefined`;
    if (!isSuspended) return { callee: value, self };
    if (isStable(lowering, target)) {
      if (mayBeMissing(lowering, target)) lowering.graph.emit(value);
      return { callee: value, self };
    }
    const member = memberOfImport(target);
    if (member === undefined || !isStablePath(lowering, member))
      return { callee: spill(lowering, value), self };
    return { callee: reloaded(lowering, value), self };
  }
  if (isSuper(target.expression)) return lowerSuperCallee(lowering, target, target.expression, isSuspended);
  const self = lowerReceiver(lowering, target.expression);
  const member = ts.isPropertyAccessExpression(target)
    ? code`${self}.${target.name.text}`
    : code`${self}[${lowerKey(lowering, target.argumentExpression)}]`;
  if (!isSuspended) return { callee: member, self };
  return { callee: reloaded(lowering, member), self };
}

/** A method of the base class, called on `this`. */
function lowerSuperCallee(
  lowering: Lowering,
  target: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  node: ts.SuperExpression,
  isSuspended: boolean,
): Callee {
  if (ts.isElementAccessExpression(target)) {
    const { argumentExpression: key } = target;
    lowering.print.substitutes.set(key, lowerKey(lowering, key));
  }
  const member = print(lowering, target);
  const self = printName(node, lowering.print);
  return { callee: isSuspended ? reloaded(lowering, member) : member, self };
}

/** Evaluates `value` now, and again after a resume. */
function reloaded(lowering: Lowering, value: Code): Code {
  const variable = temporary(lowering, '$m', value);
  lowering.graph.emit(code`${define(variable)} = ${value}`);
  return use(variable);
}

function lowerReceiver(lowering: Lowering, node: ts.Expression): Code {
  if (isStable(lowering, node) || isStablePath(lowering, node)) return print(lowering, node);
  return spill(lowering, lowering.lowerExpression(node));
}

function lowerKey(lowering: Lowering, node: ts.Expression): Code {
  return isStable(lowering, node) ? print(lowering, node) : spill(lowering, lowering.lowerExpression(node));
}

/** `a.b.c` of a name from outside: what it holds cannot be carried, but it can be read again. */
function isStablePath(lowering: Lowering, node: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(node))
    return !isOptional(node) && isStablePath(lowering, node.expression);
  if (node.kind === ts.SyntaxKind.ThisKeyword) return !lowering.print.bindings.of.has(node);
  return (
    ts.isIdentifier(node) && lowering.print.bindings.of.get(node) === undefined && isStable(lowering, node)
  );
}

function lowerArguments(lowering: Lowering, node: ts.CallExpression): Code {
  lowerOperands(lowering, node.arguments);
  return printList(node.arguments, lowering.print);
}
