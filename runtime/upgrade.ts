import type { Envelope } from './envelope.ts';
import type { RequestBinding } from './request-binding.ts';
import { ResumableError } from './resumable/resumable-error.ts';
import type { DecideUpgrade, OlderFrame, VersionDifference } from './resumable/stale-state.ts';
import type { RoundIdentity } from './round-event.ts';

/** A state that another version of the server has sealed, as an upgrade policy sees it. */
export interface OlderState extends RoundIdentity, Omit<OlderFrame, 'difference'> {
  readonly flow: string;
  readonly round: number;
  readonly difference: UpgradeReason;
}

/** In what way a state is of another version; `version`: the `version` option was another when it was sealed. */
export type UpgradeReason = VersionDifference | 'version';

/**
 * What becomes of a state that another version of the server has sealed. `reject`: the request is refused. `restart`: the
 * handler starts again with the arguments of the request; answers of this round are used where the same is asked. `migrate`:
 * it goes on where it was, with the variables of the same names. A function decides for each frame, and may return the
 * variables; it must not do anything else.
 */
export type UpgradePolicy =
  'reject' | 'restart' | 'migrate' | ((older: OlderState) => ReturnType<DecideUpgrade>);

/** Whether a policy can use the names of variables, which states then have to carry. */
export function needsNames(policy: UpgradePolicy): boolean {
  return policy !== 'reject' && policy !== 'restart';
}

/** A policy for the frames of one state. It throws {@link ResumableError} when the function of the user fails. */
export function decideBy(
  policy: UpgradePolicy,
  identity: RoundIdentity & { readonly flow: string; readonly round: number },
): (frame: Omit<OlderState, keyof RoundIdentity>) => ReturnType<DecideUpgrade> {
  return (frame) => {
    if (typeof policy !== 'function') return policy;
    try {
      const decision = policy({ ...identity, ...frame });
      if (decision instanceof Promise) throw new TypeError('it returned a promise');
      return decision;
    } catch (cause) {
      throw new ResumableError('upgrade-failed', 'The upgrade policy of a state failed.', { cause });
    }
  };
}

/**
 * The state of a handler that reads it itself, as this version of the server wants it.
 * @throws {ProtocolError} when it is of another version, and rejected.
 */
export function upgradeValue(
  opened: Envelope,
  { name, requestState }: RequestBinding,
): { readonly value: unknown; readonly upgrade?: 'restarted' | 'migrated' } {
  const { method, flow, round, version: from, value } = opened;
  const { version: to, upgrade } = requestState;
  if (from === to) return { value };
  const frame = {
    difference: 'version',
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(typeof value === 'object' && value !== null ? { variables: { ...value } } : {}),
  } as const;
  const decision = decideBy(upgrade, { method, name, flow, round })(frame);
  if (decision === 'restart') return { value: undefined, upgrade: 'restarted' };
  // What the values of an older version mean, no name tells.
  if (decision === 'reject' || decision === 'migrate') throw requestState.refuse('version', opened);
  return { value: decision, upgrade: 'migrated' };
}
