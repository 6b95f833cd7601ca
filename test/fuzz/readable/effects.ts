import type { CallToolResult } from '@modelcontextprotocol/server';

/** Everything the generated handlers do, in order. */
export const effects: { log: unknown[] } = { log: [] };

export async function num(name: string, argument: number): Promise<number> {
  effects.log.push(['num', name, argument]);
  await Promise.resolve();
  return (name.length * 7 + Math.abs(Math.trunc(argument)) * 3) % 11;
}

export async function log(name: string, ...values: readonly number[]): Promise<void> {
  effects.log.push(['log', name, ...values]);
  await Promise.resolve();
}

/** An effect of code that waits for nothing, such as a callback. */
export function note(name: string, value: number): number {
  effects.log.push(['note', name, value]);
  return value;
}

export function text(label: string, ...values: readonly number[]): CallToolResult {
  return { content: [{ type: 'text', text: `${label} ${values.join(' ')}` }] };
}
