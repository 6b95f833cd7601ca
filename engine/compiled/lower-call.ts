import { ts } from '../syntax/ts.ts';
import { code, define, joinCode, textPiece, use } from './code.ts';
import type { Code } from './code.ts';
import { boundName } from '../find/bound-name.ts';
import { holdCall, isFloatingCall } from './floating-call.ts';
import { isOptional, isStable, lowerOperands } from './lower-operands.ts';
import { print, spill, temporary } from './lowering.ts';
import type { Lowering } from './lowering.ts';
import { printList, printNode } from './print-expression.ts';
import { containsAwait, memberOfImport, unwrap } from './suspension.ts';
import { unsupported } from './unsupported.ts';

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
  return spill(lowering, [textPiece(registers.sent)]);
}

/** A call whose result is awaited goes through the flow, so that a resumable callee joins it. */
export function lowerJoinedOperand(lowering: Lowering, node: ts.Expression): Code {
  const operand = unwrap(node);
  if (!ts.isCallExpression(operand) || isOptional(operand) || isKeywordCall(operand)) {
    return lowering.lowerExpression(node);
  }
  const combinator = promiseCombinator(lowering, operand);
  if (combinator !== undefined) return lowerCombinator(lowering, operand, combinator);
  const { callee, self } = lowerCallee(lowering, operand);
  return joinedCall(lowering, operand, callee, self, lowerArguments(lowering, operand));
}

/** The name of the result goes with the call: an ask is known to the client under it. */
function joinedCall(lowering: Lowering, node: ts.CallExpression, callee: Code, self: Code, args: Code): Code {
  const name = boundName(node);
  const named = name === undefined ? [] : code`, ${JSON.stringify(name)}`;
  return code`${lowering.registers.activation}.call(${callee}, ${self}, [${args}]${named})`;
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
  const { callee, self } = lowerCallee(lowering, node);
  const args = lowerArguments(lowering, node);
  const value = code`Reflect.apply(${callee}, ${self}, [${args}])`;
  return isFloatingCall(node) ? holdCall(node, value, lowering.registers.activation) : value;
}

interface Callee {
  readonly callee: Code;
  readonly self: Code;
}

/** The function is looked up before the arguments are evaluated (ECMA-262 13.3.6.1), and again after a resume. */
function lowerCallee(lowering: Lowering, node: ts.CallExpression): Callee {
  const target = unwrap(node.expression);
  const isSuspended = node.arguments.some(containsAwait);
  if (!ts.isPropertyAccessExpression(target) && !ts.isElementAccessExpression(target)) {
    const value = lowering.lowerExpression(node.expression);
    const self = code`undefined`;
    if (!isSuspended || isStable(lowering, target)) return { callee: value, self };
    const member = memberOfImport(target);
    if (member === undefined || !isStablePath(lowering, member))
      return { callee: spill(lowering, value), self };
    return { callee: reloaded(lowering, value), self };
  }
  const self = lowerReceiver(lowering, target.expression);
  const member = ts.isPropertyAccessExpression(target)
    ? code`${self}.${target.name.text}`
    : code`${self}[${lowerKey(lowering, target.argumentExpression)}]`;
  if (!isSuspended) return { callee: member, self };
  return { callee: reloaded(lowering, member), self };
}

/** Evaluates `value` now, and again after a resume. */
function reloaded(lowering: Lowering, value: Code): Code {
  const variable = temporary(lowering, '$m', value);
  lowering.graph.emit(code`${define(variable)} = ${value}`);
  return use(variable);
}

function lowerReceiver(lowering: Lowering, node: ts.Expression): Code {
  if (isSuper(node)) throw unsupported(node, '`super`');
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

function isSuper(node: ts.Node): boolean {
  return node.kind === ts.SyntaxKind.SuperKeyword;
}

function isKeywordCall(node: ts.CallExpression): boolean {
  return node.expression.kind === ts.SyntaxKind.ImportKeyword || isSuper(node.expression);
}

function promiseCombinator(lowering: Lowering, node: ts.CallExpression): 'all' | 'allSettled' | undefined {
  const target = unwrap(node.expression);
  if (!ts.isPropertyAccessExpression(target) || !ts.isIdentifier(target.expression)) return undefined;
  const isPromise =
    target.expression.text === 'Promise' && !lowering.print.bindings.of.has(target.expression);
  const { text } = target.name;
  if (!isPromise || node.arguments.length !== 1) return undefined;
  return text === 'all' || text === 'allSettled' ? text : undefined;
}

/** `Promise.all([f(x), g(y)])`: the calls in the literal join the flow; all that wait share one round. */
function lowerCombinator(lowering: Lowering, node: ts.CallExpression, kind: 'all' | 'allSettled'): Code {
  const given = node.arguments[0] ?? node;
  const argument = unwrap(given);
  const members =
    ts.isArrayLiteralExpression(argument) && !containsAwait(argument) ? argument.elements : undefined;
  const list =
    members === undefined
      ? lowering.lowerExpression(given)
      : code`[${joinCode(
          members.map((member) => lowerMember(lowering, member)),
          ', ',
        )}]`;
  return code`${lowering.registers.activation}.all(${list}, ${String(kind === 'allSettled')})`;
}

function lowerMember(lowering: Lowering, member: ts.Expression): Code {
  if (!ts.isCallExpression(member) || isOptional(member) || isKeywordCall(member)) {
    return printNode(member, lowering.print);
  }
  const args = printList(member.arguments, lowering.print);
  const callee = unwrap(member.expression);
  if (ts.isIdentifier(callee)) {
    return joinedCall(lowering, member, print(lowering, callee), code`undefined`, args);
  }
  // A receiver is evaluated once, and the method looked up before the arguments (ECMA-262 13.3.6.1).
  if (!ts.isPropertyAccessExpression(callee) || !ts.isIdentifier(callee.name) || isSuper(callee.expression)) {
    return printNode(member, lowering.print);
  }
  const method = code`${lowering.registers.activation}.method(${print(lowering, callee.expression)}, ${JSON.stringify(callee.name.text)}, ${JSON.stringify(boundName(member) ?? '')})`;
  return code`${method}(${args})`;
}
