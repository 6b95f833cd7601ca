import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { createProject, linkPackages } from '../codemods/project/temporary-project.ts';
import { runTsc } from '../harness/run-tsc.ts';

const SERVER = `import { inputRequired, McpServer, Server, type CallToolResult, type InputRequiredResult } from '@modelcontextprotocol/server';
import { createRequestState, elicitResult, resumable } from 'mrtr/runtime';
import * as z from 'zod';
const requestState = createRequestState();
const server = requestState.protect(new McpServer({ name: 's', version: '1' }, { requestState }));
server.registerTool('a', { inputSchema: z.object({ a: z.string() }) }, resumable(async ({ a }, ctx) => {
  const r = await ctx.mcpReq.elicitInput({ message: a, requestedSchema: { type: 'object', properties: {} } });
  return { content: [{ type: 'text', text: r.action }] };
}, { upgrade: 'restart' }));
server.registerTool('b', {}, async (ctx): Promise<CallToolResult | InputRequiredResult> => {
  const sure = inputRequired.elicit({ message: 'x', requestedSchema: { type: 'object', properties: {} } });
  if (ctx.mcpReq.requestState<{ a: 1 }>() === undefined) return requestState.ask(ctx, { sure }, { a: 1 });
  return { content: [{ type: 'text', text: elicitResult(ctx, 'sure').action }] };
});
const low: Server = requestState.protect(new Server({ name: 's', version: '1' }, { requestState }));
// @ts-expect-error -- not a server
requestState.protect({ name: 'server', low });
`;

/** The SDK declares its classes twice, once for `import` and once for `require`. */
test.each([
  ['typescript5', []],
  ['typescript', []],
  ['typescript7', []],
  // Knows no `require` of ES modules.
  ['typescript', ['--module', 'node16']],
  // Knows no `exports` of packages.
  ['typescript5', ['--module', 'commonjs', '--moduleResolution', 'node10']],
] as const)(
  'a protected server has its own type in CommonJS and in ES modules (%s %j)',
  (release, module) => {
    const files = { 'cjs/package.json': '{"type":"commonjs"}', 'esm/package.json': '{"type":"module"}' };
    const project = createProject({ ...files, 'cjs/server.ts': SERVER, 'esm/server.ts': SERVER });
    linkPackages(project, {
      '@modelcontextprotocol/server': '@modelcontextprotocol/server',
      zod: 'zod',
    });
    symlinkSync(
      fileURLToPath(new URL('../..', import.meta.url)),
      join(project, 'node_modules/mrtr'),
      'junction',
    );
    const flags = ['--skipLibCheck', ...module];
    expect(runTsc(release, project, ['cjs/server.ts', 'esm/server.ts'], flags)).toBe('');
  },
);
