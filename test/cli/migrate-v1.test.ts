import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { createProject, linkPackages } from '../codemods/project/temporary-project.ts';
import { runCli } from './run-cli.ts';

const MANIFEST = `{
    "name": "server",
    "type": "module",
    "dependencies": {
        "@modelcontextprotocol/sdk": "^1.20.0",
        "zod": "^4.2.0"
    }
}
`;

const SERVER = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';
import { log } from './log.js';

const server = new McpServer({ name: 'files', version: '1.0.0' });

server.registerTool('delete', { inputSchema: { path: z.string() } }, async ({ path }) => {
  const sure = await server.server.elicitInput({
    message: \`Delete \${path}?\`,
    requestedSchema: { type: 'object', properties: { yes: { type: 'boolean' } } },
  });
  log(sure.action);
  return { content: [{ type: 'text', text: sure.action }] };
});

await server.connect(new StdioServerTransport());
`;

const PROJECT = {
  'package.json': MANIFEST,
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      module: 'nodenext',
      target: 'es2022',
      types: ['node'],
      skipLibCheck: true,
    },
    include: ['src'],
  }),
  'src/server.ts': SERVER,
  'src/log.ts': 'export const log = (text: string): void => console.error(text);\n',
};

function createV1Project(
  files: Readonly<Record<string, string>> = PROJECT,
  typescript = 'typescript7',
): string {
  const dir = createProject(files);
  linkPackages(dir, {
    typescript,
    zod: 'zod',
    '@types/node': '@types/node',
    '@modelcontextprotocol/sdk': '@modelcontextprotocol/sdk',
  });
  return dir;
}

const read = (dir: string, path: string): string => readFileSync(join(dir, path), 'utf8');

describe('a server on version 1 of the SDK', () => {
  test('is brought to version 2 and migrated in one run; a second one changes nothing', async () => {
    const dir = createV1Project();
    const { code, stdout, stderr } = await runCli(['migrate', dir]);
    expect(stderr).toBe('');
    expect(stdout).toContain('1 of 1 handler migrated');
    expect(code).toBe(0);
    const migrated = read(dir, 'src/server.ts');
    expect(migrated).toContain("import { serveStdio } from '@modelcontextprotocol/server/stdio';");
    expect(migrated).toContain("const sure = elicitResult(ctx, 'sure', sureRequest);");
    expect(migrated).not.toContain('@modelcontextprotocol/sdk');
    expect(read(dir, 'package.json')).toMatch(
      /"dependencies": \{\n {8}"@modelcontextprotocol\/server": "\^2[^\n]*\n {8}"mrtr": "\^[^\n]*\n {8}"zod": "\^4.2.0"\n {4}\}/,
    );
    const texts = [migrated, read(dir, 'package.json')];
    await runCli(['migrate', dir, '--no-verify']);
    expect([read(dir, 'src/server.ts'), read(dir, 'package.json')]).toEqual(texts);
  });

  test('the context has its new members in functions that the SDK codemod does not see', async () => {
    const dir = createV1Project({
      ...PROJECT,
      'src/progress.ts': `import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
interface Signal { signal: AbortSignal; requestId: string }

export async function report(from: Extra, own: Signal): Promise<void> {
  const { sendNotification, requestId: id, sessionId } = from;
  const progressToken = from._meta?.progressToken ?? id;
  if (from.signal.aborted || own.signal.aborted) return;
  await sendNotification({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
  console.error(sessionId, own.requestId, from.authInfo?.clientId);
}
`,
    });
    const { stdout } = await runCli(['migrate', dir]);
    expect(stdout).not.toContain('MRTR6103');
    const text = read(dir, 'src/progress.ts');
    expect(text).toContain('const { mcpReq: { notify: sendNotification, id }, sessionId } = from;');
    expect(text).toContain('from.mcpReq._meta?.progressToken ?? id');
    expect(text).toContain('if (from.mcpReq.signal.aborted || own.signal.aborted) return;');
    expect(text).toContain('console.error(sessionId, own.requestId, from.http?.authInfo?.clientId);');
  });

  test('that resolves modules without `exports` is migrated, and its configuration stays', async () => {
    const compilerOptions = {
      strict: true,
      module: 'es2022',
      moduleResolution: 'node',
      target: 'es2022',
      types: ['node'],
      skipLibCheck: true,
    };
    const config = JSON.stringify({ compilerOptions, include: ['src'] });
    const dir = createV1Project({ ...PROJECT, 'tsconfig.json': config }, 'typescript5');
    const { code, stdout, stderr } = await runCli(['migrate', dir]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('1 of 1 handler migrated');
    expect(stdout).not.toMatch(/MRTR(?:6012|6013|6103)/);
    expect(read(dir, 'tsconfig.json')).toBe(config);
  });

  test('diagnostics are at the places of the text on disk', async () => {
    const dir = createV1Project({
      ...PROJECT,
      'src/server.ts': SERVER.replace('const sure = await server', 'const sure = server'),
    });
    const { stdout } = await runCli(['migrate', dir, '--dry-run', '--json', '--no-verify']);
    const { diagnostics, sites } = JSON.parse(stdout) as {
      readonly sites: readonly unknown[];
      readonly diagnostics: readonly {
        readonly code: string;
        readonly span?: { readonly startPosition: { readonly line: number } };
      }[];
    };
    expect(sites).toEqual([
      expect.objectContaining({ file: 'src/server.ts', line: 8, outcome: 'diagnosed' }),
    ]);
    const places = diagnostics.map(({ code, span }) => [code, span?.startPosition.line]);
    expect(places).toContainEqual(['MRTR1003', 9]);
  });

  test('errors that the move to version 2 brings do not count against the handlers', async () => {
    const dir = createV1Project({
      ...PROJECT,
      'src/tasks.ts': `import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
export const tasksOf = (server: McpServer): unknown => server.experimental.tasks;
`,
    });
    const { stdout } = await runCli(['migrate', dir, '--dry-run', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      sites: [{ outcome: 'guard' }],
      diagnostics: expect.arrayContaining([
        expect.objectContaining({
          code: 'MRTR6103',
          notes: [expect.stringMatching(/^src\/tasks.ts:\d: TS2339: .*'experimental'/)],
        }),
      ]) as unknown,
    });
  });

  test('--from v2 leaves it alone', async () => {
    const dir = createV1Project();
    const { stdout } = await runCli(['migrate', dir, '--from', 'v2', '--dry-run', '--no-verify']);
    expect(stdout).not.toContain('@modelcontextprotocol/server');
  });

  test('line endings, byte order mark and shebang are kept', async () => {
    const dir = createV1Project();
    const text = `\uFEFF#!/usr/bin/env node\n${SERVER}`.replaceAll('\n', '\r\n');
    writeFileSync(join(dir, 'src/server.ts'), text);
    await runCli(['migrate', dir, '--no-verify']);
    const migrated = read(dir, 'src/server.ts');
    expect(migrated.startsWith('\uFEFF#!/usr/bin/env node\r\nimport ')).toBe(true);
    expect(migrated).toContain('elicitResult');
    expect(migrated.replaceAll('\r\n', '')).not.toContain('\n');
    expect(existsSync(join(dir, 'src/request-state.ts'))).toBe(true);
  });
});
