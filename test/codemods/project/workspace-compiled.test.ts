import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import type { McpServer } from '@modelcontextprotocol/server';
import { beforeAll, expect, test } from 'vitest';

import { migrateProject } from '../../../codemods/migrate.ts';
import type { MigrationResult } from '../../../codemods/project/migration.ts';
import { planManifestEdits } from '../../../codemods/project/plan-manifest-edits.ts';
import { compile } from '../../../engine/compiled/compile.ts';
import { ts } from '../../../engine/syntax/ts.ts';
import { accept, createLegacyClient, createModernClient, decline } from '../../harness/scripted-client.ts';

/** Below the repository, where the packages are, and ignored by git. */
const ROOT = fileURLToPath(new URL('.work/workspace', import.meta.url));
const SCHEMA = `{ type: 'object' as const, properties: { ok: { type: 'boolean' as const } } }`;

const SOURCES = {
  elicitation: `import type { Server } from '@modelcontextprotocol/server';

export async function confirm(server: Server, message: string): Promise<boolean> {
  return isAccepted(server, message);
}

async function isAccepted(server: Server, message: string): Promise<boolean> {
  const answer = await server.elicitInput({ message, requestedSchema: ${SCHEMA} });
  return answer.action === 'accept';
}
`,
  rules: `import { confirm as ask } from '@acme/elicitation';
import type { Server } from '@modelcontextprotocol/server';

export const effects: string[] = [];

export async function approve(server: Server, what: string): Promise<boolean> {
  effects.push(what);
  return (await ask(server, what + '?')) && (await ask(server, what + ', really?'));
}
`,
  mail: `import { approve } from '@acme/rules';
import { McpServer } from '@modelcontextprotocol/server';

export function createServer(): McpServer {
  const server = new McpServer({ name: 'mail', version: '1.0.0' });
  server.registerTool('send', {}, async (ctx) => {
    const signed = await ctx.mcpReq.elicitInput({ message: 'Sign?', requestedSchema: ${SCHEMA} });
    const isSure = await approve(server.server, 'Send ' + signed.action);
    return { content: [{ type: 'text', text: isSure ? 'sent' : 'kept' }] };
  });
  server.registerTool('sign', {}, async (ctx) => {
    const signed = await ctx.mcpReq.elicitInput({ message: 'Sign?', requestedSchema: ${SCHEMA} });
    return { content: [{ type: 'text', text: signed.action }] };
  });
  return server;
}
`,
};

const OPTIONS = { module: 'nodenext', target: 'es2023', strict: true, skipLibCheck: true };
let migration: MigrationResult;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), text);
}

/** What `tsc` and `mrtr compile build` make of a source, without the declarations. */
function build(path: string, text: string): void {
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const { outputText } = ts.transpileModule(text, { compilerOptions: options });
  const { code, diagnostics } = compile(outputText, { filename: path });
  expect(diagnostics).toEqual([]);
  write(path, code);
}

beforeAll(async () => {
  process.env['MRTR_STATE_KEY'] = 'a key for tests, of at least 32 bytes';
  rmSync(ROOT, { recursive: true, force: true });
  write('package.json', JSON.stringify({ name: 'workspace', private: true }));
  for (const [name, text] of Object.entries(SOURCES)) {
    const manifest = { name: `@acme/${name}`, version: '1.0.0', type: 'module', exports: './build/index.js' };
    write(`packages/${name}/package.json`, JSON.stringify(manifest));
    write(`packages/${name}/tsconfig.json`, JSON.stringify({ compilerOptions: OPTIONS, include: ['src'] }));
    write(`packages/${name}/src/index.ts`, text);
    const link = join(ROOT, 'node_modules/@acme', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'packages', name), link, 'junction');
  }
  migration = await migrateProject({ dir: ROOT, codec: 'mrtr', form: 'fallback' });
  for (const [path, { after }] of migration.files)
    build(relative(ROOT, path).replace('/src/', '/build/').replace(/ts$/, 'js'), after);
});

test('a helper, what calls it in a second package, and the handlers of a third one are marked in one run', () => {
  expect(migration.diagnostics.filter(({ severity }) => severity !== 'info')).toEqual([]);
  expect(migration.sites.map(({ file, handler, outcome }) => [file.split('/')[1], handler, outcome])).toEqual(
    expect.arrayContaining([
      ['elicitation', 'confirm', 'compiled'],
      ['elicitation', 'isAccepted', 'compiled'],
      ['rules', 'approve', 'compiled'],
      ['mail', 'send', 'compiled'],
      ['mail', 'sign', 'guard'],
    ]),
  );
  expect(migration.sites).toHaveLength(5);
  const manifests = planManifestEdits(ROOT, migration.files, { mrtr: '^1.0.0' });
  expect([...manifests.keys()].map((path) => relative(ROOT, path)).toSorted()).toEqual(
    ['elicitation', 'mail', 'rules'].map((name) => join('packages', name, 'package.json')),
  );
});

test('built, they serve clients of both eras alike', async () => {
  const load = async (path: string): Promise<unknown> => import(pathToFileURL(join(ROOT, path)).href);
  const { createServer } = (await load('packages/mail/build/index.js')) as { createServer: () => McpServer };
  const { effects } = (await load('packages/rules/build/index.js')) as { effects: string[] };
  for (const last of [accept({ ok: true }), decline()]) {
    const seen = [];
    for (const connect of [createLegacyClient, createModernClient]) {
      const answers = { elicit: [accept({ ok: true }), accept({ ok: true }), last] };
      const peer = await connect(createServer, { answers });
      const result = await peer.client.callTool({ name: 'send', arguments: {} });
      const asked = peer.asked.map(({ params }) => params['message']);
      seen.push({ content: result.content, asked, effects: effects.splice(0) });
      await peer.close();
    }
    const text = last.action === 'accept' ? 'sent' : 'kept';
    const expected = {
      content: [{ type: 'text', text }],
      asked: ['Sign?', 'Send accept?', 'Send accept, really?'],
      effects: ['Send accept'],
    };
    expect(seen).toEqual([expected, expected]);
  }
});

test('what cannot be marked in the helper’s package leaves its callers as they are, and says so', async () => {
  const path = join(ROOT, 'packages/elicitation/src/index.ts');
  const text = SOURCES.elicitation.replace(
    'async function isAccepted',
    'export default async function isAccepted',
  );
  const base = new Map([[path, text]]);
  const { diagnostics, files } = await migrateProject({ dir: ROOT, codec: 'mrtr', form: 'compiled', base });
  expect(diagnostics.filter(({ code }) => code === 'MRTR1020').map(({ title }) => title)).toEqual([
    '`confirm` of the package `@acme/elicitation` asks the client: it, or what it asks through, is not compiled',
    '`confirm` of the package `@acme/elicitation` asks the client: it, or what it asks through, is not compiled',
  ]);
  expect([...files.keys()].filter((file) => file.includes('rules'))).toEqual([]);
});

test('an import that leads to a published version of the package is not followed', async () => {
  const published = join(ROOT, 'packages/rules/node_modules/@acme/elicitation');
  mkdirSync(join(published, 'build'), { recursive: true });
  const manifest = readFileSync(join(ROOT, 'packages/elicitation/package.json'));
  writeFileSync(join(published, 'package.json'), manifest);
  writeFileSync(join(published, 'build/index.js'), 'export const confirm = async () => true;');
  const { diagnostics } = await migrateProject({ dir: ROOT, codec: 'mrtr', form: 'compiled' });
  expect(diagnostics.filter(({ code }) => code === 'MRTR1020').map(({ title }) => title)).toEqual(
    Array.from(
      { length: 2 },
      () =>
        '`confirm` of the package `@acme/elicitation` asks the client: `@acme/elicitation` does not lead to that package of this workspace from here',
    ),
  );
});
