import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import { createProject, linkPackages } from '../codemods/project/temporary-project.ts';
import { readEmbeddedSchema, readEmbeddedSchemas } from '../generator/embedded-schemas.ts';
import { runCli } from './run-cli.ts';

const AWAITING = `import { McpServer } from '@modelcontextprotocol/server';

export const server = new McpServer({ name: 'shop', version: '1.0.0' });
server.registerTool('confirm', {}, async (ctx) => {
  const answer = await ctx.mcpReq.elicitInput({ message: 'Go on?', requestedSchema: { type: 'object', properties: {} } });
  return { content: [{ type: 'text', text: answer.action }] };
});
`;
const BY_HAND = `import { acceptedContent, inputRequired, inputResponse, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

const Choice = z.object({ version: z.string() });
export const server = new McpServer({ name: 'shop', version: '1.0.0' });
server.registerTool('publish', {}, async (ctx) => {
  if (inputResponse(ctx.mcpReq.inputResponses, 'choice').kind === 'missing')
    return inputRequired({
      inputRequests: { choice: inputRequired.elicit({ message: 'Which?', requestedSchema: Choice }) },
    });
  const choice = acceptedContent(ctx.mcpReq.inputResponses, 'choice');
  return { content: [{ type: 'text', text: \`\${choice?.['version']}\` }] };
});
`;
const TSCONFIG = JSON.stringify({
  compilerOptions: { strict: true, module: 'nodenext', types: [], skipLibCheck: true },
});
const EMPTY = 'export {};\n';

function createServer(files: Readonly<Record<string, string>>): string {
  const dir = createProject({ 'package.json': '{"type":"module"}\n', 'tsconfig.json': TSCONFIG, ...files });
  linkPackages(dir, {
    typescript: 'typescript7',
    '@modelcontextprotocol': '@modelcontextprotocol',
    zod: 'zod',
  });
  return dir;
}

describe('handlers in the await style', () => {
  test('tells of markers for which nothing is left to do', async () => {
    const solved = '/* @mrtr-todo MRTR1001 it was so */\nexport const done = 1;\n';
    const dir = createServer({ 'src/server.ts': EMPTY, 'src/done.ts': solved });
    const { code, stdout } = await runCli(['check', dir, '--no-verify']);
    expect(stdout).toContain('MRTR6105');
    expect(stdout).toContain('src/done.ts:1:1');
    expect(code).toBe(1);
  });

  test('are something to do, and are not touched', async () => {
    const dir = createServer({ 'src/server.ts': AWAITING });
    const { code, stdout } = await runCli(['check', dir, '--no-verify']);
    expect(code).toBe(1);
    expect(stdout).toContain('confirm  line 4  1 ask    → guard');
    expect(stdout).toContain('1 of 1 handler can be migrated · 3 files would change');
    expect(readFileSync(join(dir, 'src/server.ts'), 'utf8')).toBe(AWAITING);
  });
});

describe('hand-written handlers', () => {
  test('are linted; the exit code is 1 while there is a finding', async () => {
    const dir = createServer({ 'src/server.ts': BY_HAND });
    const { code, stdout, stderr } = await runCli(['check', dir]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain('warning[MRTR4105]: `choice` is used as the client sent it');
    expect(stdout).toContain('--> src/server.ts:11:18');
    expect(stdout).toContain('fix: validate against `Choice`');
  });

  test('--fix applies what is safe and says what is left', async () => {
    const dir = createServer({ 'src/server.ts': BY_HAND });
    const { code, stdout } = await runCli(['check', dir, '--fix', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'check',
      written: false,
      fixedFiles: ['src/server.ts'],
      diagnostics: [],
    });
    expect(readFileSync(join(dir, 'src/server.ts'), 'utf8')).toBe(
      BY_HAND.replace("'choice');\n  return", "'choice', Choice);\n  return"),
    );
  });

  test('a finding can be suppressed with a reason', async () => {
    const line = '  const choice = acceptedContent(';
    const comment = '  // mrtr-ignore MRTR4105 -- every version is checked by the registry\n';
    const dir = createServer({ 'src/server.ts': BY_HAND.replace(line, comment + line) });
    expect(await runCli(['check', dir])).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('generated files', () => {
  // Makes the schemas where no build has been run yet.
  beforeAll(() => {
    readEmbeddedSchemas();
  });

  const config = JSON.stringify({ schema: '2026-07-28', out: 'src/mcp', only: ['types'] });

  test('are compared with what the configuration gives', async () => {
    const dir = createServer({
      'src/server.ts': EMPTY,
      'mrtr.config.json': config,
      'src/mcp/types.ts': EMPTY,
    });
    const { code, stdout } = await runCli(['check', dir]);
    expect(code).toBe(1);
    expect(stdout).toContain('warning[MRTR5013]: 2 generated file(s) in `src/mcp` are not what');
    expect(stdout).toContain('note: types.ts differs');
    expect(stdout).toContain('note: index.ts is missing');
    expect(await runCli(['check', dir, '--fix'])).toMatchObject({ code: 0 });
    expect(readFileSync(join(dir, 'src/mcp/types.ts'), 'utf8')).toContain('CallToolResult');
    expect(await runCli(['check', dir])).toMatchObject({ code: 0 });
  });

  test('without a configuration their digest is compared with that of the revision', async () => {
    const header = (digest: string): string =>
      `// @generated by \`mrtr generate\` from the MCP schema 2026-07-28; do not edit.\n// Schema SHA-256 (canonical): ${digest}\nexport {};\n`;
    const dir = createServer({ 'src/server.ts': EMPTY, 'src/mcp/types.ts': header('0'.repeat(64)) });
    const { code, stdout } = await runCli(['check', dir]);
    expect(code).toBe(1);
    expect(stdout).toContain('MRTR5013');
    writeFileSync(join(dir, 'src/mcp/types.ts'), header(readEmbeddedSchema('2026-07-28').digest));
    expect(await runCli(['check', dir])).toMatchObject({ code: 0 });
  });
});

describe('reports', () => {
  test('go to files as well, several at once', async () => {
    const dir = createServer({ 'src/server.ts': BY_HAND });
    const { code, stdout } = await runCli([
      'check',
      dir,
      '--report',
      `md=${join(dir, 'report.md')}`,
      '--report',
      `json=${join(dir, 'report.json')}`,
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain('warning[MRTR4105]');
    const markdown = readFileSync(join(dir, 'report.md'), 'utf8');
    expect(markdown).toContain(
      '- **MRTR4105** warning (src/server.ts:11): `choice` is used as the client sent it',
    );
    expect(JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8'))).toMatchObject({ command: 'check' });
  });

  test('an unknown format, or two for stdout, is a mistake of the command line', async () => {
    const unknown = await runCli(['check', '.', '--report', 'xml']);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('Allowed formats are pretty, json,');
    expect(await runCli(['check', '.', '--report', 'md', '--report', 'json'])).toMatchObject({ code: 2 });
  });
});

test('output is coloured when it may be, and never for programs', async () => {
  const dir = createServer({ 'src/server.ts': EMPTY });
  const run = (env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
    runCli(['check', dir, '--no-verify', ...args], undefined, env).then(({ stdout }) => stdout);
  expect(await run({ FORCE_COLOR: '1' })).toContain('\u001B[');
  expect(await run({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain('\u001B[');
  for (const format of ['json', 'sarif', 'md', 'html'])
    expect(await run({ FORCE_COLOR: '1' }, '--report', format), format).not.toContain('\u001B[');
  expect(JSON.parse(await run({}, '--report', 'sarif'))).toMatchObject({ version: '2.1.0' });
});

test('functions that are marked for the compiler are done', async () => {
  const marked = AWAITING.replace('async (ctx) => {', 'resumable(async (ctx: ServerContext) => {')
    .replace('});\n', '}));\n')
    .replace('{ McpServer }', '{ McpServer, type ServerContext }');
  const text =
    `import { requestState } from './state.js';\nconst { protect, resumable } = requestState;\n${marked}`
      .replace('new McpServer(', 'protect(new McpServer(')
      .replace("'1.0.0' });", "'1.0.0' }, { requestState }));");
  const state = `import type { McpServer, ServerOptions } from '@modelcontextprotocol/server';
export declare const requestState: NonNullable<ServerOptions['requestState']> & {
  protect(server: McpServer): McpServer;
  resumable<F>(fn: F): F;
};
`;
  const dir = createServer({ 'src/server.ts': text, 'src/state.ts': state });
  const { code, stdout } = await runCli(['check', dir, '--no-verify']);
  expect({ code, stdout }).toMatchObject({ code: 0 });
});

describe('input that cannot be used', () => {
  test.each([
    ['a directory', ''],
    ['below a file', '/package.json/report.md'],
  ])('a report that cannot be written (%s) is said before anything is done', async (_what, path) => {
    const dir = createServer({ 'src/server.ts': BY_HAND });
    const { code, stdout, stderr } = await runCli(['check', dir, '--fix', '--report', `md=${dir}${path}`]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('MRTR6002');
    expect(readFileSync(join(dir, 'src/server.ts'), 'utf8')).toBe(BY_HAND);
  });

  test('a schema that is not there', async () => {
    const config = JSON.stringify({ schema: 'missing.json', out: 'src' });
    const { code, stdout, stderr } = await runCli([
      'check',
      createServer({ 'src/server.ts': EMPTY, 'mrtr.config.json': config }),
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('MRTR5001');
  });

  test.each([
    ['no directory', ['check', '/nowhere/at/all'], 'MRTR6001'],
    ['an empty directory', ['check'], 'MRTR6005'],
  ])('%s', async (_what, args, expected) => {
    const dir = args.length > 1 ? [] : [createProject({})];
    const { code, stdout, stderr } = await runCli([...args, ...dir]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(expected);
  });

  test('a configuration that is not one', async () => {
    const dir = createServer({ 'src/server.ts': EMPTY, 'mrtr.config.json': '{ "schema": 7 }' });
    const { code, stderr } = await runCli(['check', dir]);
    expect(code).toBe(2);
    expect(stderr).toContain('MRTR5011');
  });

  test('a file with a syntax error does not hide the findings of the others', async () => {
    const dir = createServer({
      'src/broken.ts': "import '@modelcontextprotocol/server';\nconst = ;\n",
      'src/server.ts': BY_HAND,
    });
    const { code, stdout } = await runCli(['check', dir]);
    expect(code).toBe(1);
    expect(stdout).toContain('MRTR4105');
  });

  test('no tsconfig: JavaScript is linted all the same', async () => {
    const dir = createProject({ 'package.json': '{"type":"module"}\n', 'src/server.js': BY_HAND });
    linkPackages(dir, { '@modelcontextprotocol': '@modelcontextprotocol', zod: 'zod' });
    const { stdout } = await runCli(['check', dir]);
    expect(stdout).toContain('MRTR4105');
  });
});
