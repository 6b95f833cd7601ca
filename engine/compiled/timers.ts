import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { ts } from '../syntax/ts.ts';
import { isFunctionNode } from './function-node.ts';
import type { Bindings } from './resolve-bindings.ts';
import { unwrap } from '../syntax/unwrap.ts';
import { spanOf } from './unsupported.ts';

const SETTERS: ReadonlySet<string> = new Set(['setTimeout', 'setInterval']);
const CLEARERS: ReadonlySet<string> = new Set(['clearTimeout', 'clearInterval']);

/**
 * True for the name of a timer function in a call that compiled code can see whole: the timer then is one of the flow,
 * which goes on in the round that follows. What a call returns must stay in sight: a timer that other code could clear
 * would be carried after that.
 */
export function isTimerFunction(node: ts.Identifier, bindings: Bindings): boolean {
  const call = calleeOf(node);
  if (call === undefined || bindings.of.has(node)) return false;
  return CLEARERS.has(node.text) || (SETTERS.has(node.text) && isConfined(call, bindings));
}

function calleeOf(node: ts.Identifier): ts.CallExpression | undefined {
  const { parent } = node;
  return ts.isCallExpression(parent) && parent.expression === node ? parent : undefined;
}

/** True when nothing but the variable it is put into knows the value, and all uses of that are in sight. */
function isConfined(value: ts.Expression, bindings: Bindings): boolean {
  const { parent } = value;
  if (ts.isExpressionStatement(parent)) return true;
  if (ts.isArrowFunction(parent)) return parent.body === value && isExecutor(parent);
  if (ts.isVoidExpression(parent)) return true;
  if (isWrapper(parent)) return isConfined(parent, bindings);
  if (ts.isPropertyAccessExpression(parent))
    return isHandleMember(parent) && isConfined(parent.parent, bindings);
  if (ts.isVariableDeclaration(parent)) return ts.isIdentifier(parent.name) && isKept(parent.name, bindings);
  const isAssigned =
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    parent.right === value;
  if (!isAssigned || !ts.isIdentifier(parent.left)) return false;
  return isKept(parent.left, bindings) && isDropped(parent);
}

/** `(resolve) => setTimeout(resolve, 100)` as an executor: what it returns is dropped. */
function isExecutor(node: ts.ArrowFunction): boolean {
  return ts.isNewExpression(node.parent) && node.parent.arguments?.[0] === node;
}

function isDropped(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isExpressionStatement(parent) || ts.isVoidExpression(parent)) return true;
  if (ts.isArrowFunction(parent)) return parent.body === node && isExecutor(parent);
  return isWrapper(parent) && isDropped(parent);
}

function isWrapper(node: ts.Node): node is ts.Expression {
  return ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node);
}

function isKept(name: ts.Identifier, { of }: Bindings): boolean {
  const binding = of.get(name);
  if (binding === undefined) return false;
  return [...of].every(([node, other]) => other !== binding || isHandleUse(node));
}

/** `timer.unref()` and the like, all of which Node has. */
function isHandleMember(
  node: ts.PropertyAccessExpression,
): node is ts.PropertyAccessExpression & { readonly parent: ts.CallExpression } {
  return (
    HANDLE_MEMBERS.has(node.name.text) && ts.isCallExpression(node.parent) && node.parent.expression === node
  );
}

const HANDLE_MEMBERS: ReadonlySet<string> = new Set(['ref', 'unref', 'hasRef', 'refresh']);

/** A use of a timer that neither hands it on nor depends on what it is. */
function isHandleUse(node: ts.Node): boolean {
  const { parent } = node;
  if (isWrapper(parent)) return isHandleUse(parent);
  if (ts.isVariableDeclaration(parent)) return parent.name === node;
  if (ts.isCallExpression(parent)) {
    return ts.isIdentifier(parent.expression) && CLEARERS.has(parent.expression.text);
  }
  if (ts.isPropertyAccessExpression(parent)) return isHandleMember(parent) && isDropped(parent.parent);
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    if (kind === ts.SyntaxKind.EqualsToken) return parent.left === node && isDropped(parent);
    return COMPARISONS.has(kind);
  }
  return ts.isIfStatement(parent) || ts.isPrefixUnaryExpression(parent);
}

const COMPARISONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

/** True for `new Promise(executor)` where nothing but the executor itself and timers that it sets can settle the promise. */
export function isTimerPromise(node: ts.NewExpression, bindings: Bindings): boolean {
  const { expression: type, arguments: args } = node;
  if (!ts.isIdentifier(type) || type.text !== 'Promise' || bindings.of.has(type) || args?.length !== 1)
    return false;
  const [first] = args;
  const executor = first && unwrap(first);
  if (executor === undefined || !isFunctionNode(executor) || executor.modifiers !== undefined) return false;
  const settlers = new Set(
    executor.parameters.flatMap(({ name }) =>
      ts.isIdentifier(name) ? [bindings.of.get(name)] : [undefined],
    ),
  );
  if (settlers.has(undefined)) return false;
  const declared = new Set<ts.Node>(executor.parameters.map(({ name }) => name));
  let timers = 0;
  const isSettling = ([use, binding]: readonly [ts.Node, unknown]): boolean => {
    if (declared.has(use) || !settlers.has(binding as never)) return true;
    const callback = settlingCallback(use, executor, bindings);
    if (callback === 'timer') timers++;
    return callback !== undefined;
  };
  return [...bindings.of].every(isSettling) && timers > 0;
}

/** Who calls the settler at `use`: a timer, the executor itself, or, undefined, somebody else. */
function settlingCallback(
  use: ts.Node,
  executor: ts.Node,
  bindings: Bindings,
): 'timer' | 'executor' | undefined {
  if (isTimerCallback(use, bindings)) return isIn(use, executor, bindings) ? 'timer' : undefined;
  const isCalled = ts.isCallExpression(use.parent) && use.parent.expression === use;
  if (!isCalled || !isIn(use, executor, bindings)) return undefined;
  return ts.findAncestor(use.parent, isFunctionNode) === executor ? 'executor' : 'timer';
}

/** True when every function between `use` and the executor is the callback of a timer. */
function isIn(use: ts.Node, executor: ts.Node, bindings: Bindings): boolean {
  for (let at = use.parent; at !== executor; at = at.parent) {
    if (ts.isFunctionLike(at) && !(isFunctionNode(at) && isTimerCallback(at, bindings))) return false;
  }
  return true;
}

function isTimerCallback(node: ts.Node, bindings: Bindings): boolean {
  const { parent } = node;
  if (!ts.isCallExpression(parent) || parent.arguments[0] !== node) return false;
  const { expression: callee } = parent;
  return ts.isIdentifier(callee) && SETTERS.has(callee.text) && isTimerFunction(callee, bindings);
}

/** A note on each race of a function that has promises which timers settle. */
export function noteTimerRaces(root: ts.Node, bindings: Bindings): readonly Diagnostic[] {
  const races: ts.Node[] = [];
  let hasTimers = false;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && promiseCombinator(node, bindings) === 'race') races.push(node);
    hasTimers ||= ts.isNewExpression(node) && isTimerPromise(node, bindings);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return hasTimers ? races.map((race) => diag.timerCarried(spanOf(race))) : [];
}

const COMBINATORS: ReadonlySet<string> = new Set(['all', 'allSettled', 'race']);
export type Combinator = 'all' | 'allSettled' | 'race';

/** Which combinator of `Promise` is called, if one that a flow knows. */
export function promiseCombinator(node: ts.CallExpression, bindings: Bindings): Combinator | undefined {
  const target = unwrap(node.expression);
  if (!ts.isPropertyAccessExpression(target) || !ts.isIdentifier(target.expression)) return undefined;
  const isPromise = target.expression.text === 'Promise' && !bindings.of.has(target.expression);
  if (!isPromise || node.arguments.length !== 1 || target.questionDotToken !== undefined) return undefined;
  return COMBINATORS.has(target.name.text) ? (target.name.text as Combinator) : undefined;
}
