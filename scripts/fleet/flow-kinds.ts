import { isDeepStrictEqual } from 'node:util';

import type { Answer, Outcome } from '../demo/run-flow.ts';
import { runLegacy } from '../demo/run-flow.ts';

/** What a user may go through with the demo server. The package is another one in each flow, so that effects can be told apart. */
export interface FlowKind {
  readonly name: string;
  readonly tool: string;
  readonly args: (pkg: string) => Readonly<Record<string, unknown>>;
  readonly answers: (pkg: string) => readonly Answer[];
}

const accept = (content: Readonly<Record<string, string | boolean>>): Answer => ({
  action: 'accept',
  content,
});
const decline: Answer = { action: 'decline' };
const cancel: Answer = { action: 'cancel' };

function publish(name: string, answers: FlowKind['answers']): FlowKind {
  return { name, tool: 'publish_release', args: (pkg) => ({ pkg }), answers };
}

export const KINDS: readonly FlowKind[] = [
  publish('published, breaking', (pkg) => [
    accept({ version: '1.0.0' }),
    accept({ name: pkg }),
    accept({ tag: 'latest' }),
    { action: 'accept' },
  ]),
  publish('published, patch', () => [
    accept({ version: '0.0.1' }),
    accept({ tag: 'next' }),
    { action: 'accept' },
  ]),
  publish('not confirmed', () => [accept({ version: '0.1.0' }), decline]),
  publish('cancelled', () => [cancel]),
  publish('other name typed', () => [accept({ version: '1.0.0' }), accept({ name: 'x' })]),
  {
    name: 'withdrawn, one by one',
    tool: 'yank_versions',
    args: (pkg) => ({ pkg, versions: ['1.0.0', '1.0.1', '1.0.2'] }),
    answers: () => [accept({ reason: 'broken' }), decline, accept({ reason: 'late' })],
  },
  {
    name: 'unlinked',
    tool: 'unlink_package',
    args: (pkg) => ({ pkg }),
    answers: () => [accept({ sure: true })],
  },
  {
    name: 'notes drafted',
    tool: 'write_notes',
    args: (pkg) => ({ pkg, changes: ['faster'] }),
    answers: () => [{ role: 'assistant', model: 'demo', content: { type: 'text', text: 'Faster.' } }],
  },
];

/** How flows of a kind end, and what they do, on one machine: the server before its migration, over stdio at 2025-11-25. */
export type Expectation = Pick<Outcome, 'result' | 'ledger'>;

const PLACEHOLDER = 'the-package';

export async function expectationsOf(original: string): Promise<ReadonlyMap<FlowKind, Expectation>> {
  const expectations = new Map<FlowKind, Expectation>();
  for (const kind of KINDS) {
    const { tool, args, answers } = kind;
    const flow = { tool, args: args(PLACEHOLDER), answers: answers(PLACEHOLDER) };
    expectations.set(kind, await runLegacy(original, flow));
  }
  return expectations;
}

/** What became of one flow. */
export type Verdict = 'as on one machine' | 'refused, as documented' | 'lost connection' | 'wrong';

export interface FlowEnd {
  readonly kind: FlowKind;
  readonly pkg: string;
  /** The result, or undefined when the call failed. */
  readonly result: unknown;
  readonly failure: 'refused' | 'lost connection' | 'other' | undefined;
}

/**
 * A flow that ended well did everything once and in order; one that was refused or cut off did the beginning of it.
 * @param ledger what the flow did, in order.
 */
export function judge(
  { pkg, result, failure }: FlowEnd,
  ledger: readonly string[],
  expected: Expectation,
): Verdict {
  const ours = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll(PLACEHOLDER, pkg));
  const effects = ours(expected.ledger) as readonly string[];
  if (failure === undefined) {
    const isSame =
      isDeepStrictEqual(ours(expected.result), ours(result)) && isDeepStrictEqual(effects, ledger);
    return isSame ? 'as on one machine' : 'wrong';
  }
  const isBeginning = isDeepStrictEqual(effects.slice(0, ledger.length), ledger);
  if (!isBeginning || failure === 'other') return 'wrong';
  return failure === 'refused' ? 'refused, as documented' : 'lost connection';
}
