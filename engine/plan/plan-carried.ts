import { collectReferences, type Reference } from '../analyze/collect-references.ts';
import { collectHeads } from '../analyze/compute-liveness.ts';
import { isMutationThrough } from '../analyze/find-mutations.ts';
import { ts } from '../syntax/ts.ts';
import { canComplete } from './can-complete.ts';
import {
  finallyOf,
  isHelperAsk,
  type AskPoint,
  type FlowNode,
  type IfNode,
  type LoopNode,
  type LoopStatement,
  type TryNode,
} from './flow-tree.ts';
import type { HandlerPlan } from './plan-handler.ts';

/** The statements that run after a point: the rest of its list, then the rest of each enclosing list. */
export interface Continuation {
  readonly nodes: readonly FlowNode[];
  readonly index: number;
  /** Where the end of `nodes` leads: behind the node whose list `nodes` is, for a loop to its head. */
  readonly next:
    | {
        readonly join: IfNode | LoopNode | TryNode;
        readonly continuation: Continuation;
        /** `nodes` is the handler of the `try`, which what it throws leaves. */
        readonly isHandler?: boolean;
      }
    | undefined;
}

/** The `try` that catches what is thrown at the end of a list. */
export function catcherOf(next: Continuation['next']): TryNode | undefined {
  return next?.join.kind === 'try' && next.isHandler !== true ? next.join : undefined;
}

/** The `try` whose block or handler a list is, when its end is inside of what has to stand in that `try`. */
export function tryAround(next: Continuation['next']): TryNode | undefined {
  if (next?.join.kind !== 'try') return undefined;
  return next.isHandler === true && finallyOf(next.join) === undefined ? undefined : next.join;
}

/** A live variable that travels in the state. */
export interface CarriedVariable {
  readonly symbol: ts.Symbol;
  readonly name: string;
  /** The type the variable has at the suspension point. */
  readonly type: ts.Type;
  /** When only these properties are read later, only they are carried: `{ choice: { content: choice.content } }`. */
  readonly properties: readonly { readonly name: string; readonly type: ts.Type }[] | undefined;
}

/** Where the handler goes on in the round after an ask: behind it, or at the call of a helper that reads the answer. */
export function resumptionOf(ask: AskPoint, after: Continuation): Continuation {
  return isHelperAsk(ask) ? { ...after, index: after.index - 1 } : after;
}

/** Lists what may still run: the rest of each list, the loops around it once more, the handlers of the `try`s around it. */
function remainingNodes(continuation: Continuation | undefined): FlowNode[] {
  if (continuation === undefined) return [];
  const { nodes, index, next } = continuation;
  const around = next?.join.kind === 'loop' ? [next.join] : (catcherOf(next)?.handler ?? []);
  const cleanup = next && finallyOf(next.join);
  const last: FlowNode[] = cleanup === undefined ? [] : [{ kind: 'plain', statement: cleanup }];
  return [...nodes.slice(index), ...around, ...last, ...remainingNodes(next?.continuation)];
}

/** What runs after a point as long as nothing branches: a `break` or `continue` on the way leads to its loop. */
function nodesAhead(continuation: Continuation | undefined): FlowNode[] {
  if (continuation === undefined) return [];
  const { nodes, index, next } = continuation;
  const rest = nodes.slice(index);
  const end = rest.findIndex((node) => node.kind === 'jump' || !canComplete(node.statement));
  if (end < 0) return [...rest, ...aheadOfEnd(next)];
  const last = rest[end];
  const ahead = rest.slice(0, end + 1);
  if (last?.kind !== 'jump') return ahead;
  const around = loopAround(continuation, last.loop);
  return [...ahead, ...(last.to === 'next' ? aheadOfEnd(around) : nodesAhead(around.continuation))];
}

function aheadOfEnd(next: Continuation['next']): FlowNode[] {
  if (next === undefined) return [];
  return [...(next.join.kind === 'loop' ? [next.join] : []), ...nodesAhead(next.continuation)];
}

/** The loop of a jump, and what follows it. */
export function loopAround(
  { next }: Continuation,
  loop: LoopStatement,
): { readonly join: LoopNode; readonly continuation: Continuation } {
  if (next === undefined) throw new RangeError('a jump lies in its loop');
  const { join, continuation } = next;
  return join.kind === 'loop' && join.statement === loop
    ? { join, continuation }
    : loopAround(continuation, loop);
}

/**
 * Decides what of a live-in set is carried. A rematerialized variable is carried after all when the code before the
 * suspension has narrowed its type: the next round starts without that narrowing.
 */
export function planCarried(
  plan: HandlerPlan,
  live: ReadonlySet<ts.Symbol>,
  continuation: Continuation,
  checker: ts.TypeChecker,
): CarriedVariable[] {
  // The first use is the one that control reaches first.
  const nodes = [...nodesAhead(continuation), ...remainingNodes(continuation)];
  const references = referencesIn(nodes, plan, checker);
  return [...live]
    .filter((symbol) => plan.isLocal(symbol))
    .flatMap((symbol) => {
      const uses = references.filter((reference) => reference.symbol === symbol);
      const variable = carry(symbol, uses, checker);
      const needed =
        !plan.isRematerialized(symbol) || (variable !== undefined && isNarrowed(variable, uses, checker));
      return variable !== undefined && needed ? [variable] : [];
    })
    .sort((a, b) => declarationOrder(a.symbol) - declarationOrder(b.symbol));
}

function referencesIn(nodes: readonly FlowNode[], plan: HandlerPlan, checker: ts.TypeChecker): Reference[] {
  // The head of an ask that has been answered is not evaluated again; those still to come are.
  const answered = new Set(plan.heads);
  for (const head of headsOf(nodes)) answered.delete(head);
  return nodes.flatMap((node) =>
    node.kind === 'ask' && node.ask.use.form === 'head'
      ? []
      : collectReferences(node.statement, checker, answered),
  );
}

function headsOf(nodes: readonly FlowNode[]): Set<ts.Node> {
  const heads = new Set<ts.Node>();
  collectHeads(nodes, heads);
  return heads;
}

function declarationOrder(symbol: ts.Symbol): number {
  return symbol.valueDeclaration?.pos ?? 0;
}

function carry(
  symbol: ts.Symbol,
  uses: readonly Reference[],
  checker: ts.TypeChecker,
): CarriedVariable | undefined {
  const first = uses[0];
  if (first === undefined) return undefined;
  const properties = projection(uses, checker);
  return { symbol, name: symbol.name, type: flowType(symbol, first.node, checker), properties };
}

/**
 * The type a variable has where it is first used, which is the type it had at the suspension point. It is not when code in
 * between, which nothing comes back from, tells the value behind it, or when that use cannot be reached: what is known of a
 * value of type `number` is not part of the type then.
 */
function flowType(symbol: ts.Symbol, node: ts.Identifier, checker: ts.TypeChecker): ts.Type {
  const value = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : undefined;
  const type =
    value === undefined ? checker.getTypeAtLocation(node) : checker.getTypeOfSymbolAtLocation(value, node);
  const declared =
    symbol.valueDeclaration && checker.getTypeOfSymbolAtLocation(symbol, symbol.valueDeclaration);
  if (declared === undefined) return type;
  if ((type.flags & ts.TypeFlags.Never) !== 0) return declared;
  const widened = checker.getBaseTypeOfLiteralType(type);
  return checker.isTypeAssignableTo(widened, declared) ? widened : type;
}

/** The properties through which alone a variable is used later; undefined when it is used in any other way. */
function projection(uses: readonly Reference[], checker: ts.TypeChecker): CarriedVariable['properties'] {
  const properties = new Map<string, ts.Type>();
  for (const { node, access } of uses) {
    const { parent } = node;
    if (access !== 'read' || !ts.isPropertyAccessExpression(parent) || parent.expression !== node)
      return undefined;
    if (isMutationThrough(node, checker) || isMethodCall(parent)) return undefined;
    if (!properties.has(parent.name.text))
      properties.set(parent.name.text, checker.getTypeAtLocation(parent));
  }
  const first = uses[0];
  const declared = first === undefined ? undefined : checker.getTypeAtLocation(first.node);
  if (declared === undefined || checker.isArrayType(declared) || checker.isTupleType(declared))
    return undefined;
  if ((declared.flags & ts.TypeFlags.Object) === 0) return undefined;
  return [...properties].map(([name, type]) => ({ name, type }));
}

function isMethodCall(access: ts.PropertyAccessExpression): boolean {
  return ts.isCallExpression(access.parent) && access.parent.expression === access;
}

function isNarrowed(variable: CarriedVariable, uses: readonly Reference[], checker: ts.TypeChecker): boolean {
  const declaration = variable.symbol.valueDeclaration;
  if (declaration === undefined) return false;
  const declared = checker.getTypeOfSymbolAtLocation(variable.symbol, declaration);
  if (variable.properties === undefined)
    return variable.type !== declared && !isSameText(variable.type, declared, checker);
  return variable.properties.some(({ name, type }) => {
    const property = declared.getProperty(name);
    const first = uses[0];
    if (property === undefined || first === undefined) return false;
    return !isSameText(type, checker.getTypeOfSymbolAtLocation(property, first.node), checker);
  });
}

function isSameText(a: ts.Type, b: ts.Type, checker: ts.TypeChecker): boolean {
  return a === b || checker.typeToString(a) === checker.typeToString(b);
}
