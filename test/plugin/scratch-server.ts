/**
 * A small server with marked functions, as its maintainer would have it on disk, and a driver that talks to a build of it
 * as the official client does. Both run outside of this process, on the built package.
 */
import { execFile } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { createProject, linkPackages } from '../codemods/project/temporary-project.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

const CONFIRM = `import type { ServerContext } from '@modelcontextprotocol/server';
import { resumable } from 'mrtr/runtime';

export const confirm = resumable(async (ctx: ServerContext, message: string): Promise<boolean> => {
  const answer = await ctx.mcpReq.elicitInput({
    message,
    requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } } },
  });
  return answer.action === 'accept';
});
`;

const SERVER = `import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { createRequestState, resumable } from 'mrtr/runtime';
import * as z from 'zod';

import { confirm } from './confirm.js';

const requestState = createRequestState();
const effects: string[] = [];

export function createServer(): McpServer {
  const server = requestState.protect(new McpServer({ name: 'scratch', version: '1' }, { requestState }));
  server.registerTool(
    'publish',
    { inputSchema: z.object({ pkg: z.string() }) },
    resumable(async ({ pkg }, ctx) => {
      effects.push('looked up');
      const version = pkg.length;
      for (const question of ['Publish?', 'Really?']) {
        if (!(await confirm(ctx, question))) return { content: [{ type: 'text', text: 'declined' }] };
      }
      const place = firstFrame(new Error('here'));
      return { content: [{ type: 'text', text: JSON.stringify({ pkg, version, effects, place }) }] };
    }),
  );
  return server;
}

export const serve = () => createMcpHandler(() => createServer(), { onerror: () => {} });

function firstFrame(error: Error): string {
  return /\\n\\s+at .*?([^/(]+:\\d+:\\d+)\\)?/.exec(error.stack ?? '')?.[1] ?? '';
}
`;

/** Where \`new Error('here')\` is in the source of the server. */
const THROWN_AT = positionOf(SERVER, "new Error('here')");

const DRIVER = `import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const { serve } = await import(process.argv[2]);
const handler = serve();
const client = new Client({ name: 'driver', version: '1' }, { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } } });
let asked = 0;
client.setRequestHandler('elicitation/create', async () => { asked++; return { action: 'accept', content: { ok: true } }; });
const fetch = (input, init) => handler.fetch(new Request(input, init));
await client.connect(new StreamableHTTPClientTransport(new URL('http://in-memory.test/mcp'), { fetch }));
const result = await client.callTool({ name: 'publish', arguments: { pkg: 'left-pad' } }).catch((error) => ({ error: error.message }));
console.log(JSON.stringify({ asked, answer: result.error ?? result.content[0].text }));
process.exit(0);
`;

/** A project with the server in src/, its type configuration, and what it depends on; returns its path. */
export function createScratchServer(
  files: Readonly<Record<string, string>> = {},
  typescript = 'typescript',
): string {
  const dir = createProject({
    'package.json': '{ "name": "scratch", "type": "module", "private": true }',
    'tsconfig.json': tsConfig({}),
    'src/confirm.ts': CONFIRM,
    'src/server.ts': SERVER,
    'drive.mjs': DRIVER,
    ...files,
  });
  linkPackages(dir, {
    '@modelcontextprotocol/server': '@modelcontextprotocol/server',
    '@modelcontextprotocol/client': '@modelcontextprotocol/client',
    '@types/node': '@types/node',
    typescript,
    zod: 'zod',
  });
  symlinkSync(repository, join(dir, 'node_modules/mrtr'), 'junction');
  return dir;
}

export function tsConfig(compilerOptions: Readonly<Record<string, unknown>>, more = {}): string {
  const base = {
    target: 'ES2022',
    module: 'NodeNext',
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    rootDir: 'src',
    outDir: 'dist',
    sourceMap: true,
  };
  return JSON.stringify({ compilerOptions: { ...base, ...compilerOptions }, include: ['src'], ...more });
}

export interface Driven {
  readonly asked: number;
  /** What the tool said, or why the client could not call it. */
  readonly answer: string;
}

/** Calls the tool of a build with the official client at 2026-07-28, which accepts everything. */
export async function drive(dir: string, entry: string, ...nodeOptions: readonly string[]): Promise<Driven> {
  const args = ['--enable-source-maps', ...nodeOptions, 'drive.mjs', join(dir, entry)];
  return JSON.parse(await runNode(dir, ...args)) as Driven;
}

/** Runs Node.js in a directory and returns what it printed; a failure throws with both streams. */
export async function runNode(dir: string, ...args: readonly string[]): Promise<string> {
  try {
    return (await run(process.execPath, args, { cwd: dir })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`node ${args.join(' ')} failed\n${stdout}${stderr}`, { cause: error });
  }
}

/** Runs the built command line. */
export async function runMrtr(dir: string, ...args: readonly string[]): Promise<string> {
  return runNode(dir, join(repository, 'bin/mrtr.js'), ...args);
}

/** The file of a package of ours, for tools that are started by their script. */
export function ourFile(path: string): string {
  return join(dirname(fileURLToPath(import.meta.resolve('../../package.json'))), 'node_modules', path);
}

function positionOf(text: string, wanted: string): string {
  const before = text.slice(0, text.indexOf(wanted)).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

/** What a correct build answers: two questions, every effect once, and a stack trace that leads to the source. */
export const EXPECTED: Driven = {
  asked: 2,
  answer: JSON.stringify({
    pkg: 'left-pad',
    version: 8,
    effects: ['looked up'],
    place: `server.ts:${THROWN_AT}`,
  }),
};
