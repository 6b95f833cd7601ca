import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { migrateProject } from '../../../codemods/migrate.ts';
import { findSourceUnits, findStrayFiles } from '../../../codemods/project/find-source-units.ts';
import { OutsideCallers } from '../../../codemods/project/outside-callers.ts';
import { createProject, linkPackages } from './temporary-project.ts';

const CONFIG = JSON.stringify({
  compilerOptions: { module: 'NodeNext', target: 'ES2022', strict: true, noEmit: true, skipLibCheck: true },
  include: ['src'],
});

/** Who may call `confirmAll` of src/confirm.ts. */
async function callerOf(files: Readonly<Record<string, string>>, manifest: object, takesServer: boolean) {
  const dir = createProject({
    'package.json': JSON.stringify({ name: 'fixture', type: 'module', ...manifest }),
    'tsconfig.json': CONFIG,
    'src/confirm.ts': 'export async function confirmAll() {}\nexport async function confirm() {}\n',
    'src/server.ts': "import { confirm } from './confirm.js';\nexport const a = confirm;\n",
    ...files,
  });
  const units = await findSourceUnits(dir);
  const strays = (await findStrayFiles(dir, units))?.files ?? [];
  const [unit] = units;
  if (unit === undefined) throw new Error('the project has no unit');
  const outside = new OutsideCallers(dir, unit, strays, (path) => readFileSync(path, 'utf8'));
  return outside.callerOf({ file: join(dir, 'src/confirm.ts'), name: 'confirmAll', takesServer });
}

test.each([
  ['a program, whose `bin` exports nothing to others', { bin: './dist/server.js' }, {}],
  ['a package that exports other modules', { exports: { '.': './dist/server.js' } }, {}],
  ['a private one without an entry', { private: true, main: 'dist/missing.js' }, {}],
  [
    'other names of the module',
    { main: 'dist/index.js' },
    { 'src/index.ts': "export { confirm } from './confirm.js';\n" },
  ],
  [
    'a function of that name elsewhere',
    {},
    { 'scripts/run.mjs': 'function confirmAll() {}\nconfirmAll();\n' },
  ],
  ['members of the module', {}, { 'src/all.ts': "import * as all from './confirm.js';\nall.confirm();\n" }],
  ['a loaded name', {}, { 'src/all.ts': "const { confirm } = await import('./confirm.js');\nconfirm();\n" }],
  ['a test', {}, { 'test/a.test.ts': "import { confirmAll } from '../src/confirm.js';\nconfirmAll();\n" }],
])('%s: nobody', async (_what, manifest, files) => {
  expect(await callerOf(files, manifest, true)).toBeUndefined();
});

const EXPORTED = 'nothing in the project calls it, but the package exports it to others';
const VALUE = 'nothing calls it by its name, but its module is passed on as a value';

test.each([
  ['the entry point', { main: 'dist/confirm.js' }, {}, EXPORTED],
  [
    'an entry that exports all',
    { exports: { '.': { import: './dist/index.js' } } },
    { 'src/index.ts': "export * from './inner.js';\n", 'src/inner.ts': "export * from './confirm.js';\n" },
    EXPORTED,
  ],
  [
    'another name',
    { main: 'index.js' },
    { 'src/index.ts': "export { confirmAll as all } from './confirm.js';\n" },
    EXPORTED,
  ],
  [
    'an import that is exported',
    { types: './dist/index.d.ts' },
    { 'src/index.ts': "import { confirmAll } from './confirm.js';\nexport default confirmAll;\n" },
    EXPORTED,
  ],
  [
    'an entry whose source is missing',
    { main: 'dist/bundle.js' },
    {},
    'nothing in the project calls it, but the package may export it: the source of `dist/bundle.js` is not found',
  ],
  [
    'a script of no tsconfig.json',
    {},
    { 'scripts/run.mjs': "import { confirmAll } from '../dist/confirm.js';\nawait confirmAll({});\n" },
    'nothing in the project calls it, but `scripts/run.mjs`, which no tsconfig.json includes, may',
  ],
  [
    'a module that is a value',
    {},
    { 'src/all.ts': "import * as all from './confirm.js';\nuse(all);\n" },
    VALUE,
  ],
  ['a module that is loaded', {}, { 'src/all.ts': "use(await import('./confirm.js'));\n" }, VALUE],
])('%s', async (_what, manifest, files, reason) => {
  expect(await callerOf(files, manifest, true)).toBe(reason);
});

test('a function of a module that nothing imports may be that of a framework', async () => {
  expect(await callerOf({}, {}, false)).toBeUndefined();
  expect(await callerOf({ 'src/server.ts': '' }, {}, true)).toBeUndefined();
  expect(await callerOf({ 'src/server.ts': '' }, {}, false)).toContain('so that a framework may call it');
});

/** A project with a helper and three tests: one that its tsconfig.json includes, one beside it, one of something else. */
function createTestedProject(): string {
  const inside = `import { confirm } from './confirm.js';
declare const test: (run: () => Promise<void>) => void;
test(async () => {
  if (!(await confirm(undefined as never))) throw new Error('no');
});
`;
  const dir = createProject({
    'package.json': JSON.stringify({ name: 'fixture', type: 'module', private: true }),
    'tsconfig.json': CONFIG,
    'src/confirm.ts': `import type { McpServer } from '@modelcontextprotocol/server';
export async function confirm(server: McpServer): Promise<boolean> {
  const { action } = await server.server.elicitInput({ message: 'Sure?', requestedSchema: { type: 'object', properties: {} } });
  return action === 'accept';
}
`,
    'src/confirm.test.ts': inside,
    'test/outside.test.ts': inside.replace('./confirm.js', '../src/confirm.js'),
    'test/other.test.ts': inside.replace('./confirm.js', '../src/other.js'),
  });
  linkPackages(dir, { '@modelcontextprotocol/server': '@modelcontextprotocol/server' });
  return dir;
}

test('what only tests call is converted, and the tests are named', async () => {
  const dir = createTestedProject();
  const { sites, diagnostics } = await migrateProject({ dir, codec: 'mrtr' });
  expect(sites).toMatchObject([{ handler: 'confirm', outcome: 'guard' }]);
  const reports = diagnostics.filter(({ severity }) => severity !== 'info');
  expect(reports.map(({ code, span }) => `${code} ${span?.file}`)).toEqual([
    'MRTR4014 src/confirm.test.ts',
    'MRTR4014 test/outside.test.ts',
  ]);
  expect(reports[0]?.title).toContain('calls `confirm`');
});

test.each(['src/confirm.test.ts', 'test/outside.test.ts'])(
  'where the compiler can have it, what %s calls keeps its parameters',
  async (kept) => {
    const dir = createTestedProject();
    for (const test of ['src/confirm.test.ts', 'test/outside.test.ts'])
      if (test !== kept) rmSync(join(dir, test));
    const { sites, diagnostics, files } = await migrateProject({ dir, codec: 'mrtr', form: 'fallback' });
    expect(sites).toMatchObject([{ handler: 'confirm', outcome: 'compiled' }]);
    expect(files.get(join(dir, 'src/confirm.ts'))?.after).toContain(
      'resumable(async function (server: McpServer)',
    );
    expect(diagnostics.filter(({ severity }) => severity !== 'info')).toEqual([]);
  },
);

test('what a package exports keeps its parameters, also when handlers call it', async () => {
  const dir = createProject({
    'package.json': JSON.stringify({ name: 'fixture', type: 'module', main: './dist/index.js' }),
    'tsconfig.json': CONFIG,
    'src/index.ts': "export { Gate } from './gate.js';\nexport { createServer } from './server.js';\n",
    'src/gate.ts': `import type { McpServer } from '@modelcontextprotocol/server';
const FORM = { message: 'Sure?', requestedSchema: { type: 'object' as const, properties: {} } };
export class Gate {
  async ask(server: McpServer): Promise<boolean> {
    return (await server.server.elicitInput(FORM)).action === 'accept';
  }
}
export async function confirm(server: McpServer): Promise<boolean> {
  return (await server.server.elicitInput(FORM)).action === 'accept';
}
`,
    'src/server.ts': `import { McpServer } from '@modelcontextprotocol/server';
import { Gate, confirm } from './gate.js';
const text = (value: boolean) => ({ content: [{ type: 'text' as const, text: String(value) }] });
export function createServer(): McpServer {
  const server = new McpServer({ name: 'fixture', version: '1.0.0' });
  server.registerTool('published', {}, async () => text(await new Gate().ask(server)));
  server.registerTool('own', {}, async () => text(await confirm(server)));
  return server;
}
`,
  });
  linkPackages(dir, { '@modelcontextprotocol/server': '@modelcontextprotocol/server' });
  const { sites, diagnostics } = await migrateProject({ dir, codec: 'mrtr' });
  expect(new Map(sites.map(({ handler, outcome }) => [handler, outcome]))).toEqual(
    new Map([
      ['ask', 'diagnosed'],
      ['confirm', 'guard'],
      ['published', 'diagnosed'],
      ['own', 'guard'],
    ]),
  );
  expect(diagnostics.find(({ code }) => code === 'MRTR1014')?.title).toContain(
    '`ask` asks for those who call it and stays as it is: the package exports it to others',
  );
});
