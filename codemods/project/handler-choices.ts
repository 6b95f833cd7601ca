import type { HandlerId } from './migration.ts';

/** What a person wants done with a handler, other than what a run would do by itself. */
export interface HandlerChoice extends HandlerId {
  readonly choice: 'skip' | 'compile' | 'leave';
}

/**
 * The choice for a handler. A report may name the file of the function where the registration is in another one; then
 * the name alone decides, if it is the only one.
 */
export function findChoice(
  choices: readonly HandlerChoice[],
  { file, handler }: HandlerId,
): HandlerChoice['choice'] | undefined {
  const named = choices.filter((one) => one.handler === handler);
  const exact = named.find((one) => one.file === file);
  return (exact ?? (named.length === 1 ? named[0] : undefined))?.choice;
}
