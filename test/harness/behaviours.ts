import type { ElicitResult } from '@modelcontextprotocol/client';

import type { Script } from './scripted-client.ts';

/** What a person does when asked: `empty` accepts without content, `invalid` sends content of wrong types. */
export type Behaviour = 'accept' | 'decline' | 'cancel' | 'invalid' | 'empty';

type Params = Record<string, unknown>;
type Content = NonNullable<ElicitResult['content']>;

/** More asks than any handler under test makes. */
export const ENOUGH = 50;

/** What the n-th elicitation is answered with: the n-th behaviour, the last one repeated. */
export function behaviourAt(behaviours: readonly Behaviour[], turn: number): Behaviour {
  return behaviours[Math.min(turn, behaviours.length - 1)] ?? 'accept';
}

/** A script for any server, see `behaviourAt`. */
export function behave(behaviours: readonly Behaviour[]): Script {
  let turn = 0;
  let replies = 0;
  const elicit = (asked: Params): ElicitResult => {
    const behaviour = behaviourAt(behaviours, turn);
    turn += 1;
    if (behaviour === 'decline' || behaviour === 'cancel') return { action: behaviour };
    if (behaviour === 'empty' || asked['mode'] === 'url') return { action: 'accept' };
    return { action: 'accept', content: fillIn(asked['requestedSchema'], behaviour === 'invalid') };
  };
  const sample = ({ tools, messages }: Params): object => {
    replies += 1;
    const [tool] = (tools ?? []) as { name: string }[];
    // The model uses a tool once, and then says something.
    if (tool !== undefined && (messages as unknown[]).length === 1)
      return {
        role: 'assistant',
        model: 'scripted',
        stopReason: 'toolUse',
        content: [{ type: 'tool_use', id: `use-${replies}`, name: tool.name, input: { turn: replies } }],
      };
    return { role: 'assistant', model: 'scripted', content: { type: 'text', text: `reply ${replies}` } };
  };
  const roots = (): object => ({ roots: [{ uri: 'file:///work', name: 'work' }] });
  const repeated = <T>(answer: T): T[] => Array.from({ length: ENOUGH }, () => answer);
  return { elicit: repeated(elicit), sample: repeated(sample), roots: repeated(roots) };
}

/** Content for a form: valid values for every property, or values of a wrong type. */
function fillIn(schema: unknown, wrong: boolean): Content {
  const { properties = {} } = schema as {
    properties?: Record<string, { type?: string; enum?: readonly string[] }>;
  };
  const content: Content = {};
  for (const [name, { type, enum: options }] of Object.entries(properties)) {
    if (wrong) content[name] = type === 'string' ? 7 : 'nonsense';
    else if (type === 'boolean') content[name] = true;
    else if (type === 'number' || type === 'integer') content[name] = 3;
    else content[name] = options?.[0] ?? 'something';
  }
  return content;
}
