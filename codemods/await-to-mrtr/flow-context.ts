import type { Join } from '../../engine/analyze/compute-liveness.ts';
import type { LoopStatement, TryNode } from '../../engine/plan/flow-tree.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import type { LoopPlace } from './loop-places.ts';
import type { PhaseDeclarations } from './phase-declarations.ts';
import type { PhaseSteps } from './phase-steps.ts';
import type { HandlerNames } from './print-guard.ts';
import type { SourceText } from './source-text.ts';

/** What the printer of one handler works with. */
export interface FlowContext {
  readonly plan: HandlerPlan;
  readonly source: SourceText;
  readonly checker: ts.TypeChecker;
  readonly names: HandlerNames;
  readonly steps: PhaseSteps;
  readonly places: ReadonlyMap<LoopStatement, LoopPlace>;
  /** The variables that hold the answers of asks moved in front of their statement. */
  readonly heads: ReadonlyMap<ts.Node, string>;
  /** By which it is known that a `try` with a `finally` is left only to wait for the client. */
  readonly waiting: ReadonlyMap<TryNode, string>;
  /** The variable for a result that waits, where something happens before it is returned. */
  readonly asked: string;
  readonly declarations: PhaseDeclarations;
  /** `: string`, the type of a variable behind its name; nothing in JavaScript. */
  readonly annotationOf: (symbol: ts.Symbol) => string;
  /** Decides whether a place that several ways lead to becomes a step of its own. */
  readonly isStep: (join: Join) => boolean;
}
