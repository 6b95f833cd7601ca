import type { AskSite } from '../find/find-asks.ts';
import type { ts } from '../syntax/ts.ts';

/** How the statement uses the answer of its ask. */
export type AnswerUse =
  /** `const x = await ask` or a pattern instead of `x`. */
  | {
      readonly form: 'declare';
      readonly declaration: ts.VariableDeclaration;
      readonly list: ts.VariableDeclarationList;
    }
  /** `x = await ask`. */
  | { readonly form: 'assign'; readonly target: ts.Identifier }
  /** `await ask;` */
  | { readonly form: 'discard' }
  /** The ask is the first thing the statement evaluates: `if ((await ask).action === 'accept')`, `return await ask`. */
  | { readonly form: 'head'; readonly awaited: ts.Expression };

/** An ask, with the name its answer goes by in keys, steps and generated variables. */
export interface AskPoint {
  readonly site: AskSite;
  readonly use: AnswerUse;
  readonly key: string;
}

/**
 * A handler body as the readable printer sees it: statements that stay as they are, asks, and the `if`s and blocks that
 * contain asks.
 */
export type FlowNode =
  | { readonly kind: 'plain'; readonly statement: ts.Statement }
  | { readonly kind: 'ask'; readonly statement: ts.Statement; readonly ask: AskPoint }
  | {
      readonly kind: 'if';
      readonly statement: ts.IfStatement;
      readonly whenTrue: readonly FlowNode[];
      readonly whenFalse: readonly FlowNode[];
    };
