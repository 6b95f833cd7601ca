import type { Join, Liveness } from '../../engine/analyze/compute-liveness.ts';
import {
  isHelperAsk,
  nameOfAsk,
  type AskPoint,
  type LoopNode,
  type LoopStatement,
} from '../../engine/plan/flow-tree.ts';
import {
  planCarried,
  resumptionOf,
  type CarriedVariable,
  type Continuation,
} from '../../engine/plan/plan-carried.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { loopCondition, type LoopField, type LoopPlace } from './loop-places.ts';
import { joinName, kebab } from './step-names.ts';

/** Where a phase begins: after an answer, at the head of a loop, or where ways meet again. */
export type Entry =
  | {
      readonly kind: 'answer';
      readonly ask: AskPoint;
      readonly statement: ts.Statement;
      readonly continuation: Continuation;
    }
  /** A helper is called, first to ask and in the round after to give its result. */
  | {
      readonly kind: 'retry';
      readonly ask: AskPoint;
      readonly statement: ts.Statement;
      readonly continuation: Continuation;
    }
  | { readonly kind: 'loop'; readonly loop: LoopNode; readonly continuation: Continuation }
  | { readonly kind: 'join'; readonly continuation: Continuation };

/** One `case` of the printed `switch`, and one member of the state's union. */
export interface Step {
  readonly name: string;
  readonly entry: Entry;
  readonly carried: readonly CarriedVariable[];
  /** Where the loops around stand. */
  readonly fields: readonly LoopField[];
}

/** The steps of a handler, in the order in which the printer meets what leads to them. */
export class PhaseSteps {
  readonly #steps = new Map<AskPoint | Join, Step>();
  readonly #pending: Step[] = [];
  readonly #usedNames = new Set<string>();
  readonly #plan: HandlerPlan;
  readonly #places: ReadonlyMap<LoopStatement, LoopPlace>;
  readonly #checker: ts.TypeChecker;

  constructor(plan: HandlerPlan, places: ReadonlyMap<LoopStatement, LoopPlace>, checker: ts.TypeChecker) {
    this.#plan = plan;
    this.#places = places;
    this.#checker = checker;
  }

  get all(): readonly Step[] {
    return [...this.#steps.values()];
  }

  of(key: AskPoint | Join): Step | undefined {
    return this.#steps.get(key);
  }

  /** The next step that something leads to and that was not printed yet. */
  next(): Step | undefined {
    return this.#pending.shift();
  }

  afterAsk(ask: AskPoint, statement: ts.Statement, continuation: Continuation): Step {
    const kind = isHelperAsk(ask) ? 'retry' : 'answer';
    const entry: Entry = { kind, ask, statement, continuation };
    return this.#step(ask, entry, `awaiting-${kebab(nameOfAsk(ask))}`, this.#liveness.afterAsk.get(ask));
  }

  atJoin(join: Exclude<Join, LoopNode>, continuation: Continuation): Step {
    const name = joinName(join, this.#plan.nodes);
    return this.#step(join, { kind: 'join', continuation }, name, this.#liveness.atJoin.get(join));
  }

  /** @param after what follows the loop */
  atHead(loop: LoopNode, after: Continuation): Step {
    const next = { join: loop, continuation: after };
    const [first] = loop.body;
    // Each turn begins with the call of a helper: a step of its own would do nothing but go there.
    if (first?.kind === 'ask' && isHelperAsk(first.ask) && isEndless(loop) && !hasComments(loop.statement))
      return this.afterAsk(first.ask, first.statement, { nodes: loop.body, index: 1, next });
    const continuation = { nodes: loop.body, index: 0, next };
    const name = joinName(loop, this.#plan.nodes);
    return this.#step(loop, { kind: 'loop', loop, continuation }, name, this.#liveness.atJoin.get(loop));
  }

  get #liveness(): Liveness {
    return this.#plan.liveness;
  }

  #step(
    key: AskPoint | Join,
    entry: Entry,
    baseName: string,
    live: ReadonlySet<ts.Symbol> = new Set(),
  ): Step {
    const known = this.#steps.get(key);
    if (known !== undefined) return known;
    let name = baseName;
    for (let ordinal = 2; this.#usedNames.has(name); ordinal += 1) name = `${baseName}-${ordinal}`;
    this.#usedNames.add(name);
    const { continuation } = entry;
    const resumed = 'ask' in entry ? resumptionOf(entry.ask, continuation) : continuation;
    const carried = planCarried(this.#plan, live, resumed, this.#checker);
    const step: Step = { name, entry, carried, fields: this.#fieldsAround(entry.continuation) };
    this.#steps.set(key, step);
    this.#pending.push(step);
    return step;
  }

  #fieldsAround({ next }: Continuation): readonly LoopField[] {
    if (next === undefined) return [];
    const outer = this.#fieldsAround(next.continuation);
    const own = next.join.kind === 'loop' ? this.#places.get(next.join.statement)?.fields : undefined;
    return [...outer, ...(own ?? [])];
  }
}

/** Only a jump ends it. */
function isEndless(loop: LoopNode): boolean {
  return !ts.isForOfStatement(loop.statement) && loopCondition(loop, undefined) === undefined;
}

function hasComments(statement: ts.Statement): boolean {
  const { text } = statement.getSourceFile();
  return ts.getLeadingCommentRanges(text, statement.getFullStart()) !== undefined;
}
