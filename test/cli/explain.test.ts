import { beforeEach, expect, test } from 'vitest';

import { createProject } from '../codemods/project/temporary-project.ts';
import { runCli } from './run-cli.ts';

const SOURCE = `import { resumable } from 'mrtr/runtime';
export const total = resumable(async ({ items, label }, ctx) => {
  let sum = 0;
  const add = (n) => {
    sum += n;
  };
  for (const item of items) {
    const answer = await ctx.mcpReq.elicitInput({ message: item });
    add(answer.content.n);
  }
  const notes = await Promise.all(items.map(async (item) => [item, await ctx.note(item)]));
  return { label, sum, notes };
});
export const refused = resumable(async (lines) => {
  using log = open(lines);
  await show(log);
});
export const compiled = resumable({ id: 'x', hash: 'y', functions: [], links: [] });
`;

let file: string;
beforeEach(() => {
  file = `${createProject({ 'package.json': '{}', 'src/server.ts': SOURCE })}/src/server.ts`;
});

async function explain(
  ...args: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await runCli(['explain', ...args]);
  return {
    code,
    // Versions and labels are numbered by the engine, and mean nothing by themselves.
    stdout: stdout
      .replaceAll(file, 'server.ts')
      .replaceAll(/version [\w-]{11}/g, 'version V')
      .replaceAll(/goes on at label \d+/g, 'goes on at label N'),
    stderr,
  };
}

test('shows suspension points, live-in sets, labels and what closures capture', async () => {
  expect(await explain(`${file}:8`)).toEqual({
    code: 0,
    stderr: '',
    stdout: `total  server.ts:2:32  version V
  asks 0 times or more, in a loop: most clients stop after 10 rounds
  8:20 await ctx.mcpReq.elicitInput({ message: item })
    goes on at label N, carries add, ctx, items, label, sum (shared with a function, and assigned), 1 intermediate value of what was evaluated before
  11:17 await Promise.all(items.map(async (item) => [item, await ctx.note(item…
    goes on at label N, carries label, sum (shared with a function, and assigned)

  function without suspension points add  4:15
    captures sum (shared with a function, and assigned)

  function (anonymous)  11:45
    captures ctx
    11:68 await ctx.note(item)
      goes on at label N, carries item
    the promise it returns
      goes on at label N, carries nothing
`,
  });
});

test('says why a function is refused, and exits with 1', async () => {
  const { code, stdout } = await explain(`${file}:15`);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^refused {2}server\.ts:14:34 {2}cannot be compiled\n\nerror\[MRTR1507\]/);
  expect(stdout).toContain('15 |   using log = open(lines);');
});

test('a file without a line: everything in it', async () => {
  const { stdout } = await explain(file);
  expect(stdout.match(/^\w+ {2}server\.ts:.*$/gm)).toEqual([
    'total  server.ts:2:32  version V',
    'refused  server.ts:14:34  cannot be compiled',
    'compiled  server.ts:18:35  is compiled already',
  ]);
});

test('--json has the same with offsets and positions', async () => {
  const { stdout } = await explain(`${file}:8`, '--json');
  const report = JSON.parse(stdout) as { functions: { functions: { suspensionPoints: unknown[] }[] }[] };
  const [ask] = report.functions[0]?.functions[0]?.suspensionPoints ?? [];
  const named = (name: string, isBoxed = false): unknown => ({
    name,
    isBoxed,
    declaredAt: expect.objectContaining({ file: expect.any(String) as string }) as unknown,
  });
  expect(ask).toEqual({
    label: expect.any(Number),
    span: expect.objectContaining({
      start: SOURCE.indexOf('await ctx.mcpReq'),
      startPosition: { line: 8, column: 20 },
    }),
    carried: [
      { isBoxed: false },
      named('add'),
      named('ctx'),
      named('items'),
      named('label'),
      named('sum', true),
    ],
    recomputed: [],
  });
});

test.each([
  [':1', 'MRTR6023'],
  ['.missing:3', 'MRTR6001'],
])('%s is an error: %s', async (suffix, diagnostic) => {
  const { code, stderr } = await explain(`${file}${suffix}`);
  expect([code, stderr]).toEqual([2, expect.stringContaining(diagnostic)]);
});

test('with a tsconfig.json: types, about how long the state gets, and rounds', async () => {
  const source = `import { resumable } from 'mrtr/runtime';
declare const mcp: { elicitInput(message: string): Promise<{ action: 'accept' | 'decline' }> };
interface Offer { name: string; price: number; tags: string[] }
export const order = resumable(async (item: string) => {
  const offer: Offer = { name: item, price: 3, tags: [] };
  let note: unknown = item;
  const first = await mcp.elicitInput(item);
  if (first.action === 'decline') return offer.name;
  const [second] = await Promise.all([mcp.elicitInput('a'), mcp.elicitInput('b')]);
  for (const tag of offer.tags) note = tag;
  return [offer, first.action, second.action, note];
});
`;
  const paths = { 'mrtr/runtime': ['./mark.d.ts'] };
  const folder = createProject({
    'package.json': '{}',
    'tsconfig.json': JSON.stringify({
      compilerOptions: { strict: true, target: 'es2022', paths, types: [] },
    }),
    'mark.d.ts': 'export declare function resumable<F>(f: F): F;',
    'order.ts': source,
  });
  const { stdout } = await runCli(['explain', `${folder}/order.ts:5`]);
  expect(stdout).toContain('\n  asks 1 to 2 times\n');
  expect(stdout).toMatch(/carries note: unknown, offer: Offer; about \d+ characters for 1 of them\n/);
  expect(stdout).toMatch(/carries first: \{ action: "accept" \| "decline"; \}, note: unknown, offer: Offer;/);
});

test('methods that a static block marks, and what is made again', async () => {
  const source = `import { rematerialize, resumable, transient } from 'mrtr/runtime';
export class Approvals {
  static {
    resumable(this, 'approve', 'reject');
  }
  async approve(url, ctx) {
    const db = rematerialize(() => connect(url));
    const cache = transient(new Map());
    const { action } = await ctx.mcpReq.elicitInput({ message: this.title });
    return db.value.save(action, cache.value);
  }
}
`;
  file = `${createProject({ 'package.json': '{}', 'src/server.ts': source })}/src/server.ts`;
  const { code, stdout } = await explain(file);
  expect(code).toBe(1);
  expect(stdout).toContain('Approvals.approve  server.ts:6:3  version V');
  expect(stdout).toContain(
    'carries cache (transient: nothing of it travels), db (rematerialize: only the function that makes it travels, and runs when the value is read)',
  );
  expect(stdout).toMatch(/Approvals\.reject .*cannot be compiled/);
  expect((await explain(`${file}:9`)).stdout).not.toContain('reject');
});
