import { Conversation } from './conversation.ts';
import type { ClientOptions } from './modern-client.ts';
import { endOf } from './round.ts';

/** What native await makes of the same call and answers: the reference that the other forms are held to. */
export interface Comparison {
  /** False where native await goes on to ask for more. */
  readonly isOver: boolean;
  readonly isSameEnd: boolean;
  /** What the servers printed stands for their effects. */
  readonly isSameLog: boolean;
}

/**
 * Runs the source as it was written, in one process and one session, with the answers of a conversation that is over.
 * @param options those of the conversation, with the modules of the source
 */
export async function compareWithNative(
  conversation: Conversation,
  options: ClientOptions,
): Promise<Comparison> {
  const native = new Conversation('native', conversation.call, options);
  try {
    await native.start();
    await native.replay(conversation.answers);
    return {
      isOver: native.isOver,
      isSameEnd: JSON.stringify(outcomeOf(native)) === JSON.stringify(outcomeOf(conversation)),
      isSameLog: JSON.stringify(logOf(native)) === JSON.stringify(logOf(conversation)),
    };
  } finally {
    native.close();
  }
}

/** Without what the eras write differently into the same result. */
function outcomeOf({ path }: Conversation): unknown {
  const last = path.at(-1);
  const end = last === undefined ? undefined : endOf(last.round);
  if (end === undefined || typeof end === 'string') return end;
  const { resultType: _type, _meta, ...result } = end.result ?? {};
  return end.error?.message ?? result;
}

function logOf({ path }: Conversation): readonly string[] {
  return path.flatMap(({ round }) => round.log);
}
