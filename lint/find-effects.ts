import { isDeclaredWithin } from '../engine/analyze/collect-references.ts';
import { isPureBuiltinCall, isStandardLibrary } from '../engine/analyze/pure-builtins.ts';
import { isSdkFile, propertyValue } from '../engine/find/find-asks.ts';
import { ts } from '../engine/syntax/ts.ts';
import { isAnswerReader, isRequestStateMethod, ownNodes, resolveValue } from './sdk-calls.ts';

/** First words of names that say something is changed, followed by what. */
const CHANGING =
  /^(add|append|cancel|clear|debit|delete|deploy|destroy|dispatch|drop|emit|enqueue|grant|increment|insert|install|kill|notify|pay|publish|purge|push|put|refund|register|remove|rename|reserve|restart|revoke|rm|rmdir|save|send|submit|transfer|trigger|truncate|uninstall|unlink|unpublish|update|upload|upsert|withdraw|write)([A-Z_]|Sync|$)/;

/** Words that are nouns as well: `releaseNotes()` reads, `release()` does not. */
const CHANGING_ALONE =
  /^(book|charge|commit|merge|move|order|patch|post|record|release|schedule|set|store|sync)$/;

/** `createOrder` changes something; `createClient` makes an object of this process. */
const CREATING = /^create([A-Z]\w*)?$/;
const OWN_OBJECT = /(Client|Connection|Context|Instance|Logger|Pool|Server|Session|Stream|Transport)$/;

/** First words of calls without a result that repeat harmlessly: they check, log, or make sure of something. */
const HARMLESS =
  /^(assert|check|debug|ensure|error|expect|info|invariant|log|require|trace|validate|verify|warn)([A-Z_]|$)/;

/**
 * What of `root` changes something beyond the function `fn`, as far as the source says so: calls whose result is thrown
 * away or whose name is a verb of change, requests with a changing HTTP method, and assignments to variables outside.
 * Made to be right rather than complete: a read is no effect, nor is a change of a local value, a log line or a check.
 */
export function findEffects(root: ts.Node, fn: ts.Node, checker: ts.TypeChecker): readonly ts.Node[] {
  return [root, ...ownNodes(root)].filter((node) => {
    if (ts.isCallExpression(node)) return isEffectfulCall(node, fn, checker);
    return isOuterAssignment(node, fn, checker);
  });
}

function isEffectfulCall(call: ts.CallExpression, fn: ts.Node, checker: ts.TypeChecker): boolean {
  const name = calledName(call);
  if (name === undefined || isKnown(call, checker) || isLocalReceiver(call, fn, checker)) return false;
  if (name === 'fetch') return sendsChange(call, checker);
  const isDropped = isResultDropped(call);
  if (isDropped)
    return !HARMLESS.test(name) && (!isStandardLibraryCall(call, checker) || CHANGING.test(name));
  // A promise that is awaited for its result comes from somewhere else; a plain call may just compute.
  return ts.isAwaitExpression(call.parent) && saysChange(name);
}

function saysChange(name: string): boolean {
  return CHANGING.test(name) || CHANGING_ALONE.test(name) || (CREATING.test(name) && !OWN_OBJECT.test(name));
}

function calledName({ expression }: ts.CallExpression): string | undefined {
  if (ts.isIdentifier(expression)) return expression.text;
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : undefined;
}

/** The MCP SDK's and `mrtr/runtime`'s own functions, pure built-ins and the console. */
function isKnown(call: ts.CallExpression, checker: ts.TypeChecker): boolean {
  if (isPureBuiltinCall(call, checker) || isAnswerReader(call, checker)) return true;
  if (isRequestStateMethod(call, 'mint', checker) || isRequestStateMethod(call, 'ask', checker)) return true;
  const declaration = checker.getResolvedSignature(call)?.declaration;
  return (
    declaration === undefined ||
    isSdkFile(declaration.getSourceFile().fileName) ||
    /^console\b/.test(call.expression.getText())
  );
}

function isStandardLibraryCall(call: ts.CallExpression, checker: ts.TypeChecker): boolean {
  const declaration = checker.getResolvedSignature(call)?.declaration;
  return declaration !== undefined && isStandardLibrary(declaration);
}

function isResultDropped(call: ts.Node): boolean {
  const { parent } = call;
  return ts.isAwaitExpression(parent) ? isResultDropped(parent) : ts.isExpressionStatement(parent);
}

/** A method of a value that the function made itself, such as the lines of a message. */
function isLocalReceiver(call: ts.CallExpression, fn: ts.Node, checker: ts.TypeChecker): boolean {
  let receiver: ts.Expression = call.expression;
  if (!ts.isPropertyAccessExpression(receiver)) return false;
  while (ts.isPropertyAccessExpression(receiver) || ts.isElementAccessExpression(receiver))
    receiver = receiver.expression;
  if (ts.isNewExpression(receiver) || ts.isCallExpression(receiver))
    return isStandardLibraryCall(call, checker);
  if (!ts.isIdentifier(receiver)) return false;
  const symbol = checker.getSymbolAtLocation(receiver);
  return symbol !== undefined && isDeclaredWithin(symbol, fn) && isStandardLibraryCall(call, checker);
}

function sendsChange(call: ts.CallExpression, checker: ts.TypeChecker): boolean {
  const options = call.arguments[1] && resolveValue(call.arguments[1], checker);
  if (options === undefined || !ts.isObjectLiteralExpression(options)) return false;
  const method = propertyValue(options, 'method');
  return (
    method !== undefined && ts.isStringLiteralLike(method) && /^(post|put|patch|delete)$/i.test(method.text)
  );
}

function isOuterAssignment(node: ts.Node, fn: ts.Node, checker: ts.TypeChecker): boolean {
  const target = assignmentTarget(node);
  if (target === undefined) return false;
  let root: ts.Expression = target;
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root)) root = root.expression;
  const symbol = ts.isIdentifier(root) ? checker.getSymbolAtLocation(root) : undefined;
  if (symbol === undefined || isDeclaredWithin(symbol, fn)) return false;
  // `x = await load()` writes the same once more; `count += 1` does not.
  return !ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken;
}

function assignmentTarget(node: ts.Node): ts.Expression | undefined {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
      ? node.left
      : undefined;
  }
  const isStep =
    (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
    (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken);
  return isStep ? node.operand : undefined;
}
