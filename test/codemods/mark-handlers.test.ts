import { expect, it } from 'vitest';

import type { HandlersRewrite } from '../../codemods/await-to-mrtr/file-output.ts';
import { SourceText } from '../../codemods/await-to-mrtr/source-text.ts';
import { applyEdits } from '../../codemods/edits.ts';
import { mergeImports } from '../../codemods/imports.ts';
import { HandlerMarker } from '../../codemods/mark-resumable/mark-handlers.ts';
import { checkText } from '../harness/program.ts';

const NOTHING: HandlersRewrite = {
  edits: [],
  imports: [],
  diagnostics: [],
  sites: [],
  migrated: [],
  dropped: [],
};

const ASK = `({ message: 'Sure?', requestedSchema: { type: 'object', properties: {} } })`;

/** Marks a file; the text without the imports, and what was reported. */
function mark(body: string): { text: string; sites: string[]; diagnostics: string[] } {
  const head = `import type { McpServer, ServerContext } from '@modelcontextprotocol/server';\n`;
  const { file, checker } = checkText(head + body);
  const result = new HandlerMarker([file], checker, () => undefined).complete(file, NOTHING);
  const imports = mergeImports(file, result.imports, new SourceText(file));
  return {
    text: applyEdits(file.text, [...result.edits, ...imports]).replace(/^(import .*\n)+/, ''),
    sites: result.sites.map(({ handler, asks, outcome }) => `${handler} ${asks} ${outcome}`),
    diagnostics: result.diagnostics.map(({ code, title }) => `${code} ${title}`),
  };
}

it('marks handlers and the helpers through which they ask, in whatever order', () => {
  const { text, sites } = mark(`export function register(server: McpServer): void {
  server.registerTool('a', {}, async (ctx) => ({ content: [], isError: await twice(ctx) }));
}
/** Asks twice. */
export async function twice(ctx: ServerContext): Promise<boolean> {
  return (await once(ctx)) && (await once(ctx));
}
const once = async (ctx: ServerContext) => (await ctx.mcpReq.elicitInput${ASK}).action === 'accept';
const other = async () => 1;
`);
  expect(text).toBe(`export function register(server: McpServer): void {
  server.registerTool('a', {}, resumable(async (ctx: ServerContext) => ({ content: [], isError: await twice(ctx) })));
}
/** Asks twice. */
export const twice = resumable(async function (ctx: ServerContext): Promise<boolean> {
  return (await once(ctx)) && (await once(ctx));
});
const once = resumable(async (ctx: ServerContext) => (await ctx.mcpReq.elicitInput${ASK}).action === 'accept');
const other = async () => 1;
`);
  expect(sites.toSorted()).toEqual(['a 0 compiled', 'once 1 compiled', 'twice 0 compiled']);
});

it('marks methods behind an interface in their classes', () => {
  const { text, sites } = mark(`interface Approvals { approve(what: string): Promise<boolean> }
class Elicited implements Approvals {
  constructor(private readonly server: McpServer) {}
  async approve(what: string): Promise<boolean> {
    return (await this.server.server.elicitInput${ASK}).action === 'accept';
  }
}
class Files {
  constructor(private readonly approvals: Approvals) {}
  async remove<T>(path: T) { return (await this.approvals.approve(String(path))) ? path : undefined; }
}
`);
  expect(text).toContain(`  }

  static {
    resumable(this, 'approve');
  }
}
class Files {`);
  expect(text).toContain(`: undefined; }

  static {
    resumable(this, 'remove');
  }
}`);
  expect(sites).toEqual(['approve 1 compiled', 'remove 0 compiled']);
});

it('marks what calls a member of an object literal through its interface, or through a type of functions', () => {
  const { sites } = mark(`type Ask = (what: string) => Promise<boolean>;
interface Context { approve: Ask; other: () => Promise<void> }
function contextOf(server: McpServer): Context {
  return {
    async approve(what) { return (await server.server.elicitInput${ASK}).action === 'accept'; },
    async other() {},
  };
}
const remove = async (context: Context) => await context.approve('file');
const handedOn = async (ask: Ask) => (await ask('it')) ? 1 : 2;
const unconcerned = async (context: Context) => { await context.other(); };
`);
  expect(sites.toSorted()).toEqual(['approve 1 compiled', 'handedOn 0 compiled', 'remove 0 compiled']);
});

it('marks what calls a function within a handler through an interface', () => {
  const { sites } = mark(`interface Context { approve(what: string): Promise<boolean> }
const remove = { execute: async (context: Context) => await context.approve('file') };
export function register(server: McpServer): void {
  server.registerTool('a', {}, async (ctx) => {
    const context: Context = {
      async approve() { return (await ctx.mcpReq.elicitInput${ASK}).action === 'accept'; },
    };
    return { content: [], isError: await remove.execute(context) };
  });
}
`);
  expect(sites).toEqual(['a 1 compiled', 'a function without a name 0 compiled']);
});

it('reports the call of a helper in a callback from which nothing leads to a handler', () => {
  const { diagnostics } = mark(`const tools = new Map<string, (args: object) => Promise<string>>();
const tool = (name: string, run: (args: object) => Promise<string>): void => { tools.set(name, run); };
const confirm = async (server: McpServer) => (await server.server.elicitInput${ASK}).action === 'accept';
export function register(server: McpServer): void {
  tool('send', async () => ((await confirm(server)) ? 'sent' : 'not sent'));
}
`);
  expect(diagnostics).toEqual([
    'MRTR1006 this ask is in a callback of `tool`, from where no handler can return it',
  ]);
});

it.each([
  [
    'its name is private to the class',
    `class A { async #approve(s: McpServer) { return s.server.listRoots(); } run = this.#approve; }`,
  ],
  [
    'it is used above its declaration while the module is loaded',
    `const early = helper;
async function helper(ctx: ServerContext) { return ctx.mcpReq.elicitInput${ASK}; }`,
  ],
  [
    'it is the default export',
    `export default async function helper(s: McpServer) { return s.server.listRoots(); }`,
  ],
  [
    'it is a method of an object literal that uses',
    `const o = { async ask(s: McpServer) { return [this, s.server.listRoots()]; } };`,
  ],
])('says that it cannot mark a function because %s', (reason, body) => {
  const { text, diagnostics } = mark(body);
  expect(text.trim()).toBe(body);
  expect(diagnostics[0]).toContain(
    `MRTR1504 this function asks, but cannot be marked by \`resumable(…)\`: ${reason}`,
  );
});

it('marks overrides, and names what is new in a block that is there', () => {
  const { text, sites } = mark(`class Base {
\tasync approve(s: McpServer) { return s.server.listRoots(); }
}
class Sub extends Base {
  override async approve(s: McpServer) { return super.approve(s); }
  async other(s: McpServer) { return this.approve(s); }
  static { resumable(this, 'approve'); }
}
const o = { async ask(s: McpServer) { return s.server.listRoots(); } };
`);
  expect(text).toContain(`\n\tstatic {\n\t\tresumable(this, 'approve');\n\t}\n}`);
  expect(text).toContain(`static { resumable(this, 'approve', 'other'); }`);
  expect(text).toContain(
    '{ ask: resumable(async function (s: McpServer) { return s.server.listRoots(); }) }',
  );
  expect(sites.toSorted()).toEqual(['approve 1 compiled', 'ask 1 compiled', 'other 0 compiled']);
});

it('does not mark what cannot be compiled, and says where', () => {
  const body = `export const helper = async (ctx: ServerContext, lock: Disposable) => {
  using held = lock;
  return [held, await ctx.mcpReq.elicitInput${ASK}];
};
`;
  const { text, sites, diagnostics } = mark(body);
  expect(text).toBe(body);
  expect(sites).toEqual(['helper 1 diagnosed']);
  expect(diagnostics).toEqual([expect.stringMatching(/^MRTR1507 /)]);
});

it('leaves marked functions alone, and finds what calls them', () => {
  const marked = mark(`const once = async (ctx: ServerContext) => ctx.mcpReq.elicitInput${ASK};\n`).text;
  expect(marked).toContain('resumable(');
  const caller = 'const twice = async (ctx: ServerContext) => [await once(ctx), await once(ctx)];\n';
  const again = mark(`import { resumable } from 'mrtr/runtime';\n${marked}${caller}`);
  expect(again.text).toContain(marked);
  expect(again.sites).toEqual(['twice 0 compiled']);
});

it('marks a function whose ask has no type of the SDK: the compiled form needs none', () => {
  const { sites, diagnostics } = mark(`export async function confirm(server: any): Promise<boolean> {
  return (await server.elicitInput${ASK}).action === 'accept';
}
`);
  expect(sites).toEqual(['confirm 1 compiled']);
  expect(diagnostics).toEqual([]);
});

it.each(['', 'async '])(
  'does not mark an %sfunction that registers handlers on what has no type',
  (keyword) => {
    const { text, sites } = mark(`export ${keyword}function createServer(Server: any) {
  const server = new Server();
  server.registerTool('sure', {}, async () => await server.elicitInput${ASK});
  return server;
}
`);
    expect(text).not.toContain('resumable');
    expect(sites).toEqual(['createServer 1 diagnosed']);
  },
);

it('does not mark a function of unknown result for a callback that it does not wait for', () => {
  const { sites } = mark(`export function build(library: any) {
  library.define(async (server: any) => await server.elicitInput${ASK});
  return library;
}
export function all(servers: any) {
  return Promise.all(servers.map(async (server: any) => await server.elicitInput${ASK}));
}
`);
  expect(sites).toEqual(['all 1 compiled', 'build 1 diagnosed']);
});

it('reports asks for which no request of a client can wait, and marks nothing around them', () => {
  const { text, sites, diagnostics } =
    mark(`export async function start({ server }: McpServer): Promise<void> {
  server.setNotificationHandler('notifications/roots/list_changed', async () => {
    await server.listRoots();
  });
  server.oninitialized = async () => void (await server.listRoots());
  setInterval(async () => await server.listRoots(), 1000);
}
export function hint(server: McpServer): void {
  void server.server.elicitInput${ASK}.catch(() => {});
}
export async function tell(server: McpServer): Promise<void> {
  hint(server);
}
`);
  expect(text).not.toContain('resumable');
  expect(sites).toEqual(['start 1 diagnosed', 'start 1 diagnosed', 'start 1 diagnosed', 'hint 1 diagnosed']);
  const places = [
    'a notification handler',
    '`oninitialized`',
    'a timer',
    'code that no request of a client reaches',
  ];
  expect(diagnostics).toEqual(
    places.map((place) => `MRTR1006 this ask is in ${place}, from where no handler can return it`),
  );
});

it('marks an exported function that is not async behind its `export`', () => {
  const { text } = mark(`export function confirm(ctx: ServerContext) {
  return ctx.mcpReq.elicitInput${ASK};
}
`);
  expect(text).toBe(`export const confirm = resumable(function (ctx: ServerContext) {
  return ctx.mcpReq.elicitInput${ASK};
});
`);
});

it('reports the call of a function that asks in a timer or a listener', () => {
  const { sites, diagnostics } = mark(`declare const events: { on(name: string, then: () => void): void };
const sure = async (server: McpServer) => (await server.server.elicitInput${ASK}).action === 'accept';
export function later(server: McpServer): void {
  setTimeout(() => sure(server), 1000);
  events.on('removed', () => void sure(server));
  server.server.oninitialized = () => void sure(server);
}
`);
  const later = Array.from({ length: 3 }, () => 'later 1 diagnosed');
  expect(sites.toSorted()).toEqual([...later, 'sure 1 compiled']);
  expect(diagnostics.map((said) => said.replace(/,.*/, '')).toSorted()).toEqual([
    'MRTR1006 this ask is in `oninitialized`',
    'MRTR1006 this ask is in a callback of `on`',
    'MRTR1006 this ask is in a timer',
  ]);
});

it('marks the callbacks that functions of the project make handlers of, and the closures around them', () => {
  const { text, sites, diagnostics } = mark(`type Run = (args: { to: string }) => Promise<string>;
export async function main(server: McpServer, limit: () => boolean): Promise<void> {
  const confirm = async (to: string) => (await server.server.elicitInput${ASK}).action === 'accept' && to !== '';
  const limited = (run: Run): Run => async (args) => (limit() ? 'too many' : await run(args));
  const wrap = (name: string, run: Run) => async (args: any) => {
    try {
      return { content: [{ type: 'text' as const, text: await run(args) }] };
    } finally {
      console.error(name);
    }
  };
  const tool = (name: string, run: Run): void => {
    server.registerTool(name, {}, wrap(name, limited(run)));
  };
  tool('list', async () => 'nothing');
  tool('send', async ({ to }) => ((await confirm(to)) ? 'sent' : 'kept'));
}
`);
  expect(diagnostics).toEqual([]);
  expect(text).toContain("tool('list', async () =>");
  expect(text).toContain("tool('send', resumable(async ({ to }) =>");
  expect(text).toContain('async function main');
  expect(sites).toHaveLength(4);
});

it('marks a function whose callback a package calls, and says that the package is not compiled', () => {
  const { text, diagnostics } = mark(`import pRetry from 'p-retry';
export const confirm = async (ctx: ServerContext) => await pRetry(async () => await ctx.mcpReq.elicitInput${ASK});
`);
  expect(text).toContain('confirm = resumable(');
  expect(diagnostics.map((said) => said.replace(/ which.*/, ''))).toEqual([
    'MRTR1508 `ctx.mcpReq.elicitInput` runs in a callback of `pRetry` from `p-retry`,',
  ]);
});

it('marks what calls a member of an object literal that a factory without types returns', () => {
  const { sites } = mark(`interface Tool { name: string; handler: (args: unknown) => Promise<unknown> }
function publish(server: McpServer) {
  return { name: 'publish', handler: async () => server.server.elicitInput${ASK} };
}
function list() {
  return { name: 'list', handler: async () => [] };
}
interface Job { handler: (at: Date) => Promise<void>; at: Date }
const start = async (job: Job) => { await job.handler(job.at); };
const factories: ((server: McpServer) => Tool)[] = [publish, list];
const call = async (server: McpServer, name: string) => {
  const tool = factories.map((create) => create(server)).find((one) => one.name === name);
  return await tool?.handler({});
};
`);
  expect(sites).toEqual(['a function without a name 1 compiled', 'call 0 compiled']);
});
