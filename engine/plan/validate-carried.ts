import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic, Span } from '../../diagnostics/diagnostic.ts';
import { isMutationThrough } from '../analyze/find-mutations.ts';
import { isRepeatable } from '../analyze/infer-effects.ts';
import { isStandardLibrary } from '../analyze/pure-builtins.ts';
import { classifySerializability } from '../analyze/classify-serializability.ts';
import type { Reference } from '../analyze/collect-references.ts';
import { ts } from '../syntax/ts.ts';
import { contains } from './build-flow-tree.ts';
import { spanOf } from './span-of.ts';
import {
  answerDeclarations,
  endOfAsk,
  isHelperAsk,
  listsOf,
  nameOfAsk,
  outermostLoop,
  type AskPoint,
  type FlowNode,
} from './flow-tree.ts';
import { planCarried, resumptionOf, type CarriedVariable, type Continuation } from './plan-carried.ts';
import type { HandlerPlan } from './plan-handler.ts';

export interface Validation {
  readonly errors: readonly Diagnostic[];
  readonly notes: readonly Diagnostic[];
}

/** Checks for every suspension point that what is live across it can be carried and means the same afterwards. */
export function validateCarried(plan: HandlerPlan, checker: ts.TypeChecker): Validation {
  const errors: Diagnostic[] = [];
  const notes: Diagnostic[] = [];
  const seen = new Set<ts.Symbol>();
  forEachAsk(plan.nodes, undefined, (ask, continuation) => {
    const live = plan.liveness.afterAsk.get(ask) ?? new Set<ts.Symbol>();
    const carried = planCarried(plan, live, continuation, checker);
    const twice = carried.find(
      ({ name }, index) => carried.findIndex((other) => other.name === name) < index,
    );
    if (twice?.symbol.valueDeclaration !== undefined && !seen.has(twice.symbol)) {
      seen.add(twice.symbol);
      const reason = 'a variable around it of the same name is carried too';
      errors.push(
        diag.nameWouldChangeMeaning(spanOf(twice.symbol.valueDeclaration), { name: twice.name, reason }),
      );
    }
    for (const variable of carried) {
      if (seen.has(variable.symbol)) continue;
      const found = validateVariable(plan, ask, variable, checker);
      if (found === undefined) continue;
      seen.add(variable.symbol);
      (found.severity === 'info' ? notes : errors).push(found);
    }
  });
  for (const loop of plan.hoisted) {
    const { verdict, ...found } = judge(checker.getTypeAtLocation(loop.expression), loop, checker);
    if (verdict === 'yes') continue;
    const params = { name: loop.expression.getText(), ask: 'the next turn', type: found.type };
    if (verdict === 'no') errors.push(diag.notSerializable(spanOf(loop.expression), params));
    else notes.push(diag.checkedAtRunTime(spanOf(loop.expression), params));
  }
  return { errors, notes };
}

function judge(
  type: ts.Type,
  at: ts.Node,
  checker: ts.TypeChecker,
): { verdict: 'yes' | 'no' | 'unknown'; type: string } {
  return { type: '', ...classifySerializability(type, at, checker) };
}

/** Visits the asks with what runs after each. */
function forEachAsk(
  nodes: readonly FlowNode[],
  next: Continuation['next'],
  visit: (ask: AskPoint, continuation: Continuation) => void,
): void {
  nodes.forEach((node, index) => {
    const after: Continuation = { nodes, index: index + 1, next };
    if (node.kind === 'ask') visit(node.ask, resumptionOf(node.ask, after));
    if (node.kind !== 'if' && node.kind !== 'loop' && node.kind !== 'try') return;
    for (const list of listsOf(node)) forEachAsk(list, { join: node, continuation: after }, visit);
  });
}

function validateVariable(
  plan: HandlerPlan,
  ask: AskPoint,
  variable: CarriedVariable,
  checker: ts.TypeChecker,
): Diagnostic | undefined {
  const { symbol, name } = variable;
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined) return undefined;
  const uses = plan.references.filter((reference) => reference.symbol === symbol);
  const { call } = ask.requests[0].site;
  // In a loop everything comes both before and after the ask.
  const loop = outermostLoop(plan.nodes, call)?.statement;
  const isAround = ({ node }: Reference): boolean => loop !== undefined && contains(loop, node);
  const end = isHelperAsk(ask) ? call.pos : endOfAsk(ask);
  const later = uses.filter((reference) => reference.node.pos > end || isAround(reference));
  const before = uses.filter((reference) => reference.node.pos < call.pos || isAround(reference));
  const site = { name, ask: nameOfAsk(ask) };
  const extra = { related: relatedSpans(declaration, ask, later) };
  const at = spanOf(declaration);

  if (isFunctionValue(declaration)) return diag.closureLiveAcross(at, site, extra);
  if (isSharedAndChanged(before, later)) return diag.capturedAndChanged(at, site, extra);
  // An answer came in as JSON, whatever its declared type leaves open.
  const isAnswer = plan.asks.some(
    (point) => !isHelperAsk(point) && answerDeclarations(point).includes(declaration),
  );
  const types = isAnswer ? [] : (variable.properties?.map(({ type }) => type) ?? [variable.type]);
  let note: Diagnostic | undefined;
  for (const type of types) {
    const answer = classifySerializability(type, declaration, checker);
    if (answer.verdict === 'yes') continue;
    const params = {
      ...site,
      type: answer.path === '' ? answer.type : `${answer.type} (at ${name}${answer.path})`,
    };
    if (answer.verdict === 'no') return diag.notSerializable(at, params, extra);
    note ??= diag.checkedAtRunTime(at, params, extra);
  }
  if (changesSharedObject(plan, variable, declaration, { before, later }, checker))
    return diag.aliasChangedLater(at, site, extra);
  return note;
}

function relatedSpans(
  declaration: ts.Declaration,
  ask: AskPoint,
  later: readonly Reference[],
): { span: Span; label: string }[] {
  const use = later[0];
  return [
    { span: spanOf(declaration), label: 'declared here' },
    { span: spanOf(ask.requests[0].site.call), label: 'the round ends here' },
    ...(use === undefined ? [] : [{ span: spanOf(use.node), label: 'used after it' }]),
  ];
}

function isFunctionValue(declaration: ts.Declaration): boolean {
  if (ts.isFunctionDeclaration(declaration) || ts.isClassDeclaration(declaration)) return true;
  const initializer = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return (
    initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
  );
}

/**
 * A closure that may outlive its statement was created before the ask, and the variable is assigned in the closure or
 * after the ask: in await-style both saw one variable.
 */
function isSharedAndChanged(before: readonly Reference[], later: readonly Reference[]): boolean {
  const captured = before.filter(({ closure }) => closure !== undefined && mayEscape(closure));
  if (captured.length === 0) return false;
  const isWrite = (reference: Reference): boolean => !reference.isDeclaration && reference.access !== 'read';
  return captured.some(isWrite) || later.some(isWrite);
}

const SYNCHRONOUS_CALLBACK_METHODS: ReadonlySet<string> = new Set(
  'every filter find findIndex findLast flatMap forEach map reduce some sort toSorted'.split(' '),
);

/** False for the callback of an array method, which is called only while its statement runs. */
function mayEscape(closure: ts.FunctionLikeDeclaration): boolean {
  const { parent } = closure;
  if (!ts.isCallExpression(parent) || !ts.isPropertyAccessExpression(parent.expression)) return true;
  return !SYNCHRONOUS_CALLBACK_METHODS.has(parent.expression.name.text);
}

/** True when an object that other code may hold is changed after the ask, where the handler has only a copy. */
function changesSharedObject(
  plan: HandlerPlan,
  variable: CarriedVariable,
  declaration: ts.Declaration,
  { before, later }: { readonly before: readonly Reference[]; readonly later: readonly Reference[] },
  checker: ts.TypeChecker,
): boolean {
  if (isPrimitive(variable.type) || !later.some(({ node }) => isMutationThrough(node, checker))) return false;
  const escapes = before.some(
    ({ node, closure, isDeclaration }) =>
      !isDeclaration &&
      (closure !== undefined ||
        (!isOwnUse(node) && assignedTo(node) === undefined && !isSent(node, plan.asks))),
  );
  const initializer = ts.isVariableDeclaration(declaration) ? (declaration.initializer ?? []) : undefined;
  if (escapes || initializer === undefined) return true;
  const sources = [initializer, before.flatMap(({ node }) => assignedTo(node) ?? [])].flat();
  return sources.length === 0 || !sources.every((source) => isFreshObject(source, plan, checker));
}

/** What the statement `x = value;` gives a variable. */
function assignedTo(node: ts.Identifier): ts.Expression | undefined {
  const { parent } = node;
  const isAssigned =
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isExpressionStatement(parent.parent);
  return isAssigned ? parent.right : undefined;
}

function isPrimitive(type: ts.Type): boolean {
  return (
    (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Union | ts.TypeFlags.Any | ts.TypeFlags.Unknown)) === 0
  );
}

/** `x.a`, `x[0]`, `x.push(…)`, `of x`: uses that do not hand the object itself to other code. */
function isOwnUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isForOfStatement(parent)) return parent.expression === node;
  return (
    (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) &&
    parent.expression === node
  );
}

/** Part of what an ask sends: what reaches the client is a copy. */
function isSent(node: ts.Node, asks: readonly AskPoint[]): boolean {
  const { parent } = node;
  const isSentNow = asks.some(({ requests }) =>
    requests.some(
      ({ site }) => site.kind !== 'helper' && site.call === parent && site.call.arguments[0] === node,
    ),
  );
  if (isSentNow) return true;
  const isPart =
    ts.isPropertyAssignment(parent) ||
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isObjectLiteralExpression(parent) ||
    ts.isArrayLiteralExpression(parent);
  return isPart && isSent(parent, asks);
}

/** `JSON.parse(text)`; a reviver may give back what is known elsewhere. */
function isParsedJson(value: ts.Expression, checker: ts.TypeChecker): boolean {
  if (ts.isAsExpression(value) || ts.isParenthesizedExpression(value))
    return isParsedJson(value.expression, checker);
  if (!ts.isCallExpression(value) || value.arguments.length !== 1) return false;
  const declaration = checker.getResolvedSignature(value)?.declaration;
  return (
    value.expression.getText() === 'JSON.parse' && declaration !== undefined && isStandardLibrary(declaration)
  );
}

function isFreshObject(initializer: ts.Expression, plan: HandlerPlan, checker: ts.TypeChecker): boolean {
  if (isParsedJson(initializer, checker)) return true;
  if (!ts.isArrayLiteralExpression(initializer) && !ts.isObjectLiteralExpression(initializer)) return false;
  const isDataParameter = (symbol: ts.Symbol): boolean => plan.isRematerialized(symbol);
  return initializer.getChildCount() === 0 || isRepeatable(initializer, isDataParameter, checker);
}
