import { ResumableError } from './resumable-error.ts';

/**
 * In what way a state is not one of the code that is to continue it: the function has `changed`; it, or the suspension
 * point, is `missing`; what would have to be known to go on there is not (`unmigratable`); the `request` lacks what it had; or the state is not a
 * continuation of this handler at all (`form`).
 */
export type VersionDifference = 'changed' | 'missing' | 'unmigratable' | 'request' | 'form';

/** The state belongs to another version of the code. */
export class StaleState extends ResumableError {
  readonly difference: VersionDifference;
  /** What the upgrade policy has decided. */
  readonly decision: 'reject' | 'restart';

  constructor(
    difference: VersionDifference,
    message: string,
    options: ErrorOptions & { readonly decision?: 'reject' | 'restart' } = {},
  ) {
    super('stale-state', message, options);
    this.difference = difference;
    this.decision = options.decision ?? 'reject';
  }
}

/** A frame of another version of a function, or a state that is not even that. */
export interface OlderFrame {
  readonly difference: VersionDifference;
  /** The id of the marked function. */
  readonly handler?: string;
  /** The versions of the function: the one that made the frame, and this one. */
  readonly from?: string;
  readonly to?: string;
  /** The name of the suspension point. */
  readonly point?: string;
  /** The values of the variables that have names of their own. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The variables that this version reads after the suspension point; undefined when it has no such point. */
  readonly needs?: readonly string[];
}

/**
 * Decides what becomes of a frame of another version. `migrate`: its variables are taken over by name; a record: these are
 * its variables now.
 */
export type DecideUpgrade = (
  frame: OlderFrame,
) => 'reject' | 'restart' | 'migrate' | Readonly<Record<string, unknown>>;

/** What to throw for a state that cannot be migrated, whatever `decide` would have liked. */
export function staleState(
  difference: VersionDifference,
  decide: DecideUpgrade,
  { cause, ...frame }: ErrorOptions & Partial<OlderFrame> = {},
): StaleState {
  const decision = decide({ difference, ...frame }) === 'restart' ? 'restart' : 'reject';
  const message = `The state cannot be continued by this version of the handler (${difference}).`;
  return new StaleState(difference, message, { cause, decision });
}
