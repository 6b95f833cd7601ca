import type { Flow } from '../demo/run-flow.ts';

export type Era = '2025-11-25' | '2026-07-28';

/** How a client reaches a server. */
export type Target =
  | { readonly transport: 'stdio'; readonly entry: string; readonly env: Readonly<Record<string, string>> }
  | { readonly transport: 'http'; readonly url: string };

/** What a client saw of a flow, in a form that can be compared. */
export interface Seen {
  readonly result: unknown;
  readonly asks: readonly unknown[];
}

/** The kinds of asks that clients differ in. */
export type AskKind = 'form' | 'url' | 'sampling' | 'roots';

export interface ClientUnderTest {
  readonly name: string;
  readonly version: string;
  /** What it can answer. */
  readonly answers: ReadonlySet<AskKind>;
  readonly eras: readonly Era[];
  run(target: Target, era: Era, flow: Flow): Promise<Seen>;
}

/** The part of a tool's result that servers decide. */
export function shownResult(result: {
  readonly content?: unknown;
  readonly isError?: unknown;
  readonly structuredContent?: unknown;
}): object {
  const { content, isError = false, structuredContent } = result;
  return { content, isError, structuredContent };
}

export function kindOf(ask: unknown): AskKind {
  const { method, mode } = ask as { readonly method: string; readonly mode?: string };
  if (method === 'sampling/createMessage') return 'sampling';
  if (method === 'roots/list') return 'roots';
  return mode === 'url' ? 'url' : 'form';
}
