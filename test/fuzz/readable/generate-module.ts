/**
 * Random await-style handlers over the grammar that the readable rewrite covers. One module holds many tools, so that
 * one type check serves them all; a server has those of them that are named.
 */
import { seeded } from '../generate-handler.ts';
import { HandlerGenerator, SCHEMA } from './handler-generator.ts';

/** The text of a module whose `createServer` registers some of its `count` tools. */
export function generateModule(seed: number, count: number): string {
  const indices = Array.from({ length: count }, (_, index) => index);
  const tools = indices.map((index) => generateTool(seeded(seed * 1000 + index), index));
  return `import { McpServer, type CallToolResult, type ServerContext } from '@modelcontextprotocol/server';
import * as z from 'zod';

import { log, num, text } from '../../effects.ts';

const inputSchema = z.object({ n: z.number(), label: z.string() });

${tools.join('\n')}
const tools: Readonly<Record<string, (server: McpServer) => void>> = {
${indices.map((index) => `  tool_${index}: addTool${index},`).join('\n')}
};

export function createServer(names: readonly string[]): McpServer {
  const server = new McpServer({ name: 'fuzz', version: '1.0.0' });
  for (const name of names) tools[name]?.(server);
  return server;
}
`;
}

function generateTool(random: () => number, index: number): string {
  const helper = `confirm${index}`;
  const body = new HandlerGenerator(random, helper, 'handler').generate();
  const isOwn = random() < 0.5;
  const inner = isOwn ? generateStepHelper(random, helper) : generateHelper(helper);
  return `function addTool${index}(server: McpServer): void {
${body.includes(helper) ? inner : ''}  server.registerTool(
    'tool_${index}',
    { inputSchema },
    async ({ n, label }, ctx): Promise<CallToolResult> => {
${body}
    },
  );
}
`;
}

function generateHelper(name: string): string {
  return `  async function ${name}(ctx: ServerContext, question: string, n: number): Promise<number> {
    try {
      const answer = await ctx.mcpReq.elicitInput({ message: question, requestedSchema: ${SCHEMA} });
      if (answer.action === 'cancel') throw new Error('cancelled');
      return answer.content?.ok === true ? n : 1;
    } catch (error) {
      return error instanceof Error ? error.message.length : 0;
    }
  }
`;
}

/** A helper with a body of its own, which may ask through another one. */
function generateStepHelper(random: () => number, name: string): string {
  const body = new HandlerGenerator(random, `inner_${name}`, 'helper').generate();
  return `${body.includes(`inner_${name}`) ? generateHelper(`inner_${name}`) : ''}  async function ${name}(ctx: ServerContext, label: string, n: number): Promise<number> {
${body}
  }
`;
}
