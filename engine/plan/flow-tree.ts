import type { AskSite } from '../find/find-asks.ts';
import { ts } from '../syntax/ts.ts';

/** How the statement uses the answer of its ask. */
export type AnswerUse =
  /** `const x = await ask` or a pattern instead of `x`. */
  | {
      readonly form: 'declare';
      readonly declaration: ts.VariableDeclaration;
      readonly list: ts.VariableDeclarationList;
    }
  /** `const [x, y] = await Promise.all([ask, ask])`: one element for each request. */
  | {
      readonly form: 'declare-each';
      readonly elements: readonly (ts.BindingElement | undefined)[];
      readonly pattern: ts.ArrayBindingPattern;
      readonly list: ts.VariableDeclarationList;
    }
  /** `x = await ask`. */
  | { readonly form: 'assign'; readonly target: ts.Identifier }
  /** `await ask;` */
  | { readonly form: 'discard' }
  /** The ask is the first thing the statement evaluates: `if ((await ask).action === 'accept')`, `return await ask`. */
  | { readonly form: 'head'; readonly awaited: ts.Expression };

/** One request of an ask, with the key its answer comes back under. */
export interface AskRequest {
  readonly site: AskSite;
  readonly key: string;
}

/** A suspension point: one request, or those of one `Promise.all`. */
export interface AskPoint {
  readonly requests: readonly [AskRequest, ...AskRequest[]];
  readonly use: AnswerUse;
}

export interface IfNode {
  readonly kind: 'if';
  readonly statement: ts.IfStatement;
  readonly whenTrue: readonly FlowNode[];
  readonly whenFalse: readonly FlowNode[];
}

export type LoopStatement = ts.ForOfStatement | ts.ForStatement | ts.WhileStatement;

export interface LoopNode {
  readonly kind: 'loop';
  readonly statement: LoopStatement;
  readonly body: readonly FlowNode[];
  /** Stands for the place behind the loop, as the node itself stands for its head. */
  readonly exit: LoopExit;
}

export interface LoopExit {
  readonly kind: 'exit';
  readonly statement: LoopStatement;
}

/** A `try`; its `finally` asks nothing, and runs in the phase in which the `try` is left. */
export interface TryNode {
  readonly kind: 'try';
  readonly statement: ts.TryStatement;
  readonly block: readonly FlowNode[];
  readonly handler: readonly FlowNode[];
}

/**
 * A handler body as the readable printer sees it: statements that stay as they are, asks, the control flow that contains
 * asks, and the `break`s and `continue`s of loops that do.
 */
export type FlowNode =
  | { readonly kind: 'plain'; readonly statement: ts.Statement }
  | { readonly kind: 'ask'; readonly statement: ts.Statement; readonly ask: AskPoint }
  | IfNode
  | LoopNode
  | TryNode
  | {
      readonly kind: 'jump';
      readonly statement: ts.BreakOrContinueStatement;
      readonly loop: LoopStatement;
      readonly to: 'next' | 'exit';
    };

/** The statement lists inside a node, in source order. */
export function listsOf(node: FlowNode): readonly (readonly FlowNode[])[] {
  switch (node.kind) {
    case 'if':
      return [node.whenTrue, node.whenFalse];
    case 'loop':
      return [node.body];
    case 'try':
      return [node.block, node.handler];
    default:
      return [];
  }
}

/** The `finally` of a `try`. */
export function finallyOf(node: {
  readonly kind: string;
  readonly statement: ts.Statement;
}): ts.Block | undefined {
  return node.kind === 'try' && ts.isTryStatement(node.statement) ? node.statement.finallyBlock : undefined;
}

/** The key of an ask, by which its step is named: those of its requests together. */
export function nameOfAsk({ requests }: AskPoint): string {
  const [first, ...others] = requests;
  return [first.key, ...others.map(({ key }) => key)].join('-and-');
}

/** The ask is the call of a helper, which is called again to read the answer. */
export function isHelperAsk({ requests }: AskPoint): boolean {
  return requests[0].site.kind === 'helper';
}

/** The declarations that take the answers of an ask. */
export function answerDeclarations({ use }: AskPoint): readonly ts.Declaration[] {
  if (use.form === 'declare') return [use.declaration];
  return use.form === 'declare-each' ? use.elements.filter((element) => element !== undefined) : [];
}

/** Where the source of an ask's requests ends. */
export function endOfAsk({ requests }: AskPoint): number {
  return Math.max(...requests.map(({ site }) => site.call.end));
}

/** The loop of the flow tree that contains a node and lies in no other one. */
export function outermostLoop(nodes: readonly FlowNode[], inner: ts.Node): LoopNode | undefined {
  for (const node of nodes) {
    if (inner.pos < node.statement.pos || inner.end > node.statement.end) continue;
    if (node.kind === 'loop') return node;
    const found = listsOf(node)
      .map((list) => outermostLoop(list, inner))
      .find((loop) => loop !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The variable of a `for…of` loop. */
export function loopVariable({ initializer }: ts.ForOfStatement): ts.VariableDeclaration | undefined {
  return ts.isVariableDeclarationList(initializer) ? initializer.declarations[0] : undefined;
}
