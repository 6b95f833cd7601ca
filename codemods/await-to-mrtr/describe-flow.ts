import { nameOfAsk, type AskPoint } from '../../engine/plan/flow-tree.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { CarriedField, FlowAsk, HandlerFlow } from '../project/handler-flow.ts';
import { estimateSize } from './estimate-size.ts';
import { findNextAsks } from './find-next-asks.ts';
import { kebab } from './step-names.ts';

const START = 'start';

/**
 * Describes what became of a handler, for reports.
 * @param stateType the printed declaration of its state; undefined when it carries none
 */
export function describeFlow(plan: HandlerPlan, stateType: string | undefined): HandlerFlow {
  const { start, after } = findNextAsks(plan.nodes);
  const fields =
    stateType === undefined ? new Map<string, readonly CarriedField[]>() : readStateType(stateType);
  const reached = [...after.keys()];
  const isGuard = plan.rung === 'guard';
  const asksFrom = (from: string, asks: Iterable<AskPoint>): FlowAsk[] =>
    [...asks].map((ask) => ({
      from,
      to: stepOf(ask),
      key: nameOfAsk(ask),
      kinds: [...new Set(ask.requests.map(({ site }) => site.kind))],
    }));
  return {
    phases: [
      { name: START, carried: [], mayEnd: start.mayEnd },
      ...reached.map((ask) => ({
        name: stepOf(ask),
        carried: isGuard ? [] : (fields.get(stepOf(ask)) ?? []),
        mayEnd: after.get(ask)?.mayEnd ?? true,
      })),
    ],
    asks: [
      ...asksFrom(START, start.asks),
      ...reached.flatMap((ask) => asksFrom(stepOf(ask), after.get(ask)?.asks ?? [])),
    ],
    rounds: countRounds(start.asks, (ask) => after.get(ask)?.asks ?? new Set()),
  };
}

function stepOf(ask: AskPoint): string {
  return `awaiting-${kebab(nameOfAsk(ask))}`;
}

/** The fields of each member of the printed union, its discriminant left out. */
function readStateType(text: string): ReadonlyMap<string, readonly CarriedField[]> {
  const file = ts.createSourceFile('state.ts', text, ts.ScriptTarget.Latest, true);
  const alias = file.statements.find(ts.isTypeAliasDeclaration);
  const members =
    alias === undefined ? [] : ts.isUnionTypeNode(alias.type) ? [...alias.type.types] : [alias.type];
  return new Map(
    members.filter(ts.isTypeLiteralNode).map((member) => {
      const properties = member.members.filter(ts.isPropertySignature);
      const fields = properties.map(({ name, type }) => ({
        name: name.getText(),
        type: type?.getText() ?? 'unknown',
        ...(type === undefined ? { characters: undefined, grows: true } : estimateSize(type)),
      }));
      const step = fields.find(({ name }) => name === 'step')?.type.slice(1, -1) ?? START;
      return [step, fields.filter(({ name }) => name !== 'step')] as const;
    }),
  );
}

/** Undefined when an ask can be come back to. */
function countRounds(
  first: Iterable<AskPoint>,
  next: (ask: AskPoint) => Iterable<AskPoint>,
): number | undefined {
  const known = new Map<AskPoint, number>();
  const onTheWay = new Set<AskPoint>();
  const longest = (asks: Iterable<AskPoint>): number => Math.max(0, ...[...asks].map(from));
  const from = (ask: AskPoint): number => {
    if (onTheWay.has(ask)) return Number.POSITIVE_INFINITY;
    const before = known.get(ask);
    if (before !== undefined) return before;
    onTheWay.add(ask);
    const count = 1 + longest(next(ask));
    onTheWay.delete(ask);
    known.set(ask, count);
    return count;
  };
  const count = longest(first);
  return Number.isFinite(count) ? count : undefined;
}
