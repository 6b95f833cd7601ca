/**
 * Random await-style handlers over the grammar that the readable rewrite covers. One module holds many tools, so that
 * one type check serves them all; a server has those of them that are named.
 */
import { SCHEMA } from './ask-forms.ts';
import { Draw } from './draw.ts';
import { HandlerGenerator } from './handler-generator.ts';

/** The text of a module whose `createServer` registers some of its `count` tools. */
export function generateModule(seed: number, count: number): string {
  const indices = Array.from({ length: count }, (_, index) => index);
  const tools = indices.map((index) => generateTool(new Draw(seed * 1000 + index), index));
  return `import { McpServer, type CallToolResult, type ServerContext } from '@modelcontextprotocol/server';
import * as z from 'zod';

import { log, note, num, text } from '../../effects.ts';

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

/** A function that asks: `call(ctx, question, n)`. */
interface Helper {
  readonly call: string;
  /** Declared in the function that registers the tool. */
  readonly local: string;
  /** Declared in the module. */
  readonly outer: string;
}

function generateTool(draw: Draw, index: number): string {
  const own = draw.chance(0.5);
  const helper = own ? stepHelper(draw, `confirm${index}`) : leafHelper(draw, `confirm${index}`);
  const body = new HandlerGenerator(draw, helper.call, 'handler').generate();
  const isCalled = body.includes(helper.call);
  const lines = [
    `function addTool${index}(server: McpServer): void {`,
    ...(isCalled ? [helper.local] : []),
    'server.registerTool(',
    `'tool_${index}',`,
    '{ inputSchema },',
    'async ({ n, label }, ctx): Promise<CallToolResult> => {',
    body,
    '},',
    ');',
    '}',
  ];
  return indented([...(isCalled ? [helper.outer] : []), ...lines].join('\n'));
}

/** A helper with steps of its own, which may ask through another one. */
function stepHelper(draw: Draw, name: string): Helper {
  const inner = leafHelper(draw, `inner_${name}`);
  const body = new HandlerGenerator(draw, inner.call, 'helper').generate();
  const isCalled = body.includes(inner.call);
  const head = draw.pick([
    `async function ${name}(ctx: ServerContext, label: string, n: number): Promise<number> {`,
    `const ${name} = async (ctx: ServerContext, label: string, n: number): Promise<number> => {`,
  ]);
  const local = [...(isCalled ? [inner.local] : []), head, body, head.endsWith('=> {') ? '};' : '}'].join(
    '\n',
  );
  return { call: name, local, outer: isCalled ? inner.outer : '' };
}

function leafHelper(draw: Draw, name: string): Helper {
  const signature = '(ctx: ServerContext, question: string, n: number): Promise<number>';
  return draw.pick([
    () => ({ call: name, outer: '', local: `async function ${name}${signature} {\n${CAUTIOUS}\n}` }),
    () => ({
      call: name,
      outer: `async function ${name}${signature} {\n${plainAsk('ctx.mcpReq')}\n}`,
      local: '',
    }),
    () => ({ call: name, outer: '', local: `async function ${name}${signature} {\n${recursive(name)}\n}` }),
    () => ({
      call: `${name}.ask`,
      outer: `class Gate_${name} {\nreadonly #server: McpServer;\nconstructor(server: McpServer) {\nthis.#server = server;\n}\nasync ask${signature} {\n${plainAsk('this.#server.server')}\n}\n}`,
      local: `const ${name} = new Gate_${name}(server);`,
    }),
  ])();
}

const CAUTIOUS = `try {
const answer = await ctx.mcpReq.elicitInput({ message: question, requestedSchema: ${SCHEMA} });
if (answer.action === 'cancel') throw new Error('cancelled');
return answer.content?.ok === true ? n : 1;
} catch (error) {
return error instanceof Error ? error.message.length : 0;
}`;

function plainAsk(asking: string): string {
  return `const { action, content } = await ${asking}.elicitInput({ message: question, requestedSchema: ${SCHEMA} });
return action === 'accept' ? Number(content?.size ?? n) : n;`;
}

function recursive(name: string): string {
  return `const answer = await ctx.mcpReq.elicitInput({ message: question, requestedSchema: ${SCHEMA} });
await log('recursive', n);
if (answer.action === 'accept' || n % 3 < 1) return n;
return (await ${name}(ctx, \`\${question} again\`, (n % 3) - 1)) + 1;`;
}

/** Lines with the indentation that their braces say. */
function indented(text: string): string {
  let depth = 0;
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      if (/^[})]/.test(line)) depth -= 1;
      const placed = '  '.repeat(depth) + line;
      if (/[{(]$|[{(] \/\/|\($/.test(line)) depth += 1;
      return placed;
    })
    .join('\n');
}
