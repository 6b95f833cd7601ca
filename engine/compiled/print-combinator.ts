import { boundName } from '../find/bound-name.ts';
import { ts } from '../syntax/ts.ts';
import { code, joinCode } from './code.ts';
import type { Code } from './code.ts';
import type { PrintContext } from './print-expression.ts';
import { isSuper } from './receiver.ts';
import { unwrap } from '../syntax/unwrap.ts';
import { isOptional } from './suspension.ts';
import type { Combinator } from './timers.ts';

/** Prints what is inside: this module knows of combinators alone. */
type Print = (node: ts.Node) => Code;

/** `Promise.all([f(x), g(y)])`: the calls in the literal join the flow; all that wait share one round. */
export function printCombinator(
  node: ts.CallExpression,
  kind: Combinator,
  context: PrintContext,
  print: Print,
): Code {
  const given = node.arguments[0] ?? node;
  const list = context.substitutes.get(given) ?? printMembers(given, context, print);
  if (kind === 'race') return code`${context.activation}.race(${list})`;
  return code`${context.activation}.all(${list}, ${String(kind === 'allSettled')})`;
}

function printMembers(given: ts.Expression, context: PrintContext, print: Print): Code {
  const argument = unwrap(given);
  if (!ts.isArrayLiteralExpression(argument)) return print(given);
  const members = argument.elements.map((member) => printMember(member, context, print));
  return code`[${joinCode(members, ', ')}]`;
}

function printMember(member: ts.Expression, context: PrintContext, print: Print): Code {
  if (context.substitutes.has(member)) return print(member);
  if (!ts.isCallExpression(member) || isOptional(member) || isKeywordCall(member)) {
    return print(member);
  }
  const callee = unwrap(member.expression);
  if (ts.isIdentifier(callee)) {
    const args = joinCode(member.arguments.map(print), ', ');
    return joinedCall(member, print(callee), code`undefined`, args, context);
  }
  // A receiver is evaluated once, and the method looked up before the arguments (ECMA-262 13.3.6.1).
  if (!ts.isPropertyAccessExpression(callee) || !ts.isIdentifier(callee.name) || isSuper(callee.expression)) {
    return print(member);
  }
  const receiver = print(callee.expression);
  const method = code`${context.activation}.method(${receiver}, ${JSON.stringify(callee.name.text)}, ${JSON.stringify(boundName(member) ?? '')})`;
  return code`${method}(${joinCode(member.arguments.map(print), ', ')})`;
}

/** The name of the result goes with the call: an ask is known to the client under it. */
export function joinedCall(
  node: ts.CallExpression,
  callee: Code,
  self: Code,
  args: Code,
  { activation }: PrintContext,
): Code {
  const name = boundName(node);
  const named = name === undefined ? [] : code`, ${JSON.stringify(name)}`;
  return code`${activation}.call(${callee}, ${self}, [${args}]${named})`;
}

export function isKeywordCall(node: ts.CallExpression): boolean {
  return node.expression.kind === ts.SyntaxKind.ImportKeyword || isSuper(node.expression);
}
