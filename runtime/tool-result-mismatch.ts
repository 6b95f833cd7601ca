import type { CreateMessageRequestParams, SamplingMessage } from '@modelcontextprotocol/server';

type Block = Exclude<SamplingMessage['content'], readonly unknown[]>;

/**
 * Why the tool results at the end of the messages do not answer the tool uses before them, in the words of the SDK's
 * `createMessage`, which refuses to send such messages (SDK 2.4, `Server.createMessage`; specification, sampling: tool
 * results stand alone in their message and answer all tool uses of the message before).
 */
export function toolResultMismatch({ messages }: CreateMessageRequestParams): string | undefined {
  const last = blocksOf(messages.at(-1));
  const used = blocksOf(messages.at(-2)).flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
  const answered = last.flatMap((block) => (block.type === 'tool_result' ? [block.toolUseId] : []));
  if (answered.length > 0) {
    if (answered.length < last.length)
      return 'The last message must contain only tool_result content if any is present';
    if (used.length === 0)
      return 'tool_result blocks are not matching any tool_use from the previous message';
  }
  const [uses, answers] = [new Set(used), new Set(answered)];
  return uses.size === 0 || (uses.size === answers.size && used.every((id) => answers.has(id)))
    ? undefined
    : 'ids of tool_result blocks and tool_use blocks from previous message do not match';
}

function blocksOf(message: SamplingMessage | undefined): readonly Block[] {
  if (message === undefined) return [];
  return Array.isArray(message.content) ? message.content : [message.content];
}
