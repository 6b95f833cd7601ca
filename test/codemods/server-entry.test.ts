import { describe, expect, it } from 'vitest';

import { extractFactories } from '../../codemods/server-entry/extract-factories.ts';
import { loadEntries, rewriteEntries, rewriteEntry as rewrite } from '../harness/rewrite-entries.ts';

const stdio = (body: string): string =>
  [
    `import { McpServer } from '@modelcontextprotocol/server';`,
    `import { StdioServerTransport as Stdio } from '@modelcontextprotocol/server/stdio';`,
    `function createServer(name = 'a'): McpServer {`,
    `  const server = new McpServer({ name, version: '1' });`,
    `  return server;`,
    `}`,
    body,
  ].join('\n');

describe('stdio entries', () => {
  it('are found by what they import, and stay as they are the second time', () => {
    const { after } = rewrite(
      stdio('const s = createServer("a");\n// serve\nawait s.connect(new Stdio());\n'),
    );
    expect(after).toContain('// serve\nserveStdio(() => createServer("a"));\n');
    expect(after).not.toContain('const s =');
    expect(rewrite(after)).toEqual({ after, titles: [] });
  });

  it('keep a name for the handle when the server is closed', () => {
    const { after } = rewrite(
      stdio('const s = createServer();\nconst t = new Stdio();\nawait s.connect(t);\nvoid s.close();\n'),
    );
    expect(after).toContain('const s = serveStdio(() => createServer());\nvoid s.close();');
    expect(after).not.toContain('new Stdio');
  });

  it.each([
    ['await s.connect(new Stdio(process.stdin));', '{ transport: new Stdio(process.stdin) }'],
    [
      'const transport = new Stdio();\nawait s.connect(transport);\ntransport.onclose = () => process.exit(0);',
      '{ transport }',
    ],
    [
      'const t = new Stdio();\nt.onclose = () => process.exit(0);\nawait s.connect(t);',
      '{ transport: keepHandlers(t) }',
    ],
  ])('hand on the transport of the program: %s', (body, options) => {
    const { after, titles } = rewrite(stdio(`const s = createServer();\n${body}\n`));
    expect(titles).toEqual([]);
    expect(after).toContain(`serveStdio(() => createServer(), ${options});`);
    expect(after.includes(`import { keepHandlers } from 'mrtr/runtime';`)).toBe(options.includes('keep'));
    expect(rewrite(after)).toEqual({ after, titles: [] });
  });

  it('keep what is chained on the connection', () => {
    const { after, titles } = rewrite(
      stdio(
        'void createServer().connect(new Stdio()).then(() => console.error("ready")).catch(fail);\ndeclare function fail(): void;\n',
      ),
    );
    expect(titles).toEqual([]);
    expect(after).toContain(
      'void Promise.resolve(serveStdio(() => createServer())).then(() => console.error("ready")).catch(fail);',
    );
  });

  const MADE = `function make() {
  const server = new McpServer({ name: 'a', version: '1' });
  return { server, cleanup: () => {} };
}
async function makeLater() {
  return { mcp: new McpServer({ name: 'a', version: '1' }) };
}
const kept = new McpServer({ name: 'a', version: '1' });
function give() {
  return { server: kept };
}
`;
  it('take the server alone out of what a function makes', () => {
    const after = (line: string): string =>
      rewrite(stdio(MADE + line)).after.split('{ server: kept };\n}\n')[1] ?? '';
    expect(after('const { server } = make();\nawait server.connect(new Stdio());\n')).toBe(
      'serveStdio(() => make().server);\n',
    );
    expect(
      after('const { server: s, cleanup } = make();\nawait s.connect(new Stdio());\nawait s.close();\n'),
    ).toBe('const s = serveStdio(() => make().server);\nawait s.close();\n');
    expect(after('const { mcp } = await makeLater();\nawait mcp.connect(new Stdio());\n')).toBe(
      'serveStdio(() => makeLater().then((made) => made.mcp));\n',
    );
  });

  it.each([
    'const { server, cleanup } = make();\nawait server.connect(new Stdio());\ncleanup();',
    'const { server, ...more } = make();\nawait server.connect(new Stdio());',
    'const { server } = give();\nawait server.connect(new Stdio());',
  ])('connect the one server when that is not all: %s', (line) => {
    const { after, titles } = rewrite(stdio(MADE + line));
    expect(after).toContain('await connectStdio(server, new Stdio());');
    expect(titles).toEqual([]);
  });

  it('that a function returns', () => {
    const body = (text: string): string =>
      stdio(`async function main(flag: boolean): Promise<void> {\n${text}}\n`);
    const { after } = rewrite(body('  return createServer().connect(new Stdio());\n'));
    expect(after).toContain('): Promise<void> {\n  serveStdio(() => createServer());\n}\n');
    const inner = rewrite(
      body(
        '  if (flag) {\n    const s = createServer();\n    return s.connect(new Stdio())\n  }\n  console.log(1);\n',
      ),
    );
    expect(inner.after).toContain('  if (flag) {\n    serveStdio(() => createServer());\n    return\n  }\n');
    const later = stdio(
      'function main(): Promise<void> {\n  return createServer().connect(new Stdio());\n}\n',
    );
    expect(rewrite(later).after).toContain('  return connectStdio(createServer(), new Stdio());\n');
  });

  it('keep CRLF', () => {
    const { after } = rewrite(
      stdio('const s = createServer();\nawait s.connect(new Stdio());\n').replaceAll('\n', '\r\n'),
    );
    expect(after).toContain('serveStdio(');
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('clients that connect are none', () => {
    const text = [
      `import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';`,
      `class Probe extends Client {}`,
      `const to = new StreamableHTTPClientTransport(new URL('http://localhost'));`,
      `await new Client({ name: 'c', version: '1' }).connect(to);`,
      `await new Probe({ name: 'p', version: '1' }).connect(to);`,
    ].join('\n');
    expect(rewrite(text)).toEqual({ after: text, titles: [] });
  });

  it.each([
    ['const s = createServer();\ns.sendToolListChanged();\nawait s.connect(new Stdio());', 's'],
    ['declare function read(): string;\nconst s = createServer(read());\nawait s.connect(new Stdio());', 's'],
    ['let name = "a";\nconst s = createServer(name);\nname = "b";\nawait s.connect(new Stdio());', 's'],
    ['export const s = createServer();\nawait s.connect(new Stdio());', 's'],
    ['declare const s: McpServer;\nawait s.connect(new Stdio());', 's'],
    ['declare const get: () => McpServer;\nawait get().connect(new Stdio());', 'get()'],
    [
      'declare const app: { server: McpServer };\nvoid Promise.all([app.server.connect(new Stdio())]);',
      'app.server',
    ],
  ])('connect the one server of the program, for both eras: %s', (body, server) => {
    const text = stdio(body);
    const { after, titles } = rewrite(text);
    expect(titles).toEqual([]);
    expect(after).toContain(`import { connectStdio } from 'mrtr/runtime';`);
    expect(after).toContain(`connectStdio(${server}, new Stdio())`);
    expect(rewrite(after)).toEqual({ after, titles: [] });
  });

  it.each([
    ['title', 1],
    ['this.title', 0],
  ])('have no function made for a setup with %s', (title, count) => {
    const setup = `    const s = new McpServer({ name: ${title}, version: '1' });\n    await s.connect(new Stdio());\n`;
    const app = `const title = 'a';\nclass App {\n  title = title;\n  async start(): Promise<void> {\n${setup}  }\n}\n`;
    const imports = stdio('').split('function')[0] ?? '';
    const { files, program } = loadEntries([imports + app]);
    expect(extractFactories(files, program).size).toBe(count);
  });

  it('keep the comments within the connect', () => {
    const { after } = rewrite(
      stdio('declare const s: McpServer;\nawait s // the one\n  .connect(/* ours */ new Stdio());'),
    );
    expect(after).toContain('await connectStdio(s // the one\n  ,/* ours */ new Stdio());');
  });

  it.each([
    ['declare const s: McpServer | undefined;\nawait s?.connect(new Stdio());', 'may be missing'],
    [
      'class Own extends McpServer {\n  override connect(to: Stdio): Promise<void> {\n    return super.connect(to);\n  }\n}',
      'does more when it connects',
    ],
  ])('are left alone with a reason: %s', (body, reason) => {
    const text = stdio(body);
    const { after, titles } = rewrite(text);
    expect(after).toBe(text);
    expect(titles).toEqual([expect.stringContaining(reason)]);
  });
});

const http = (listener: string): string =>
  [
    `import type { IncomingMessage, ServerResponse } from 'node:http';`,
    `import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';`,
    `import { isInitializeRequest, McpServer } from '@modelcontextprotocol/server';`,
    `declare const sessions: Map<string, NodeStreamableHTTPServerTransport>;`,
    `declare function authorize(req: IncomingMessage): Promise<void>;`,
    `function createServer(name = 'a'): McpServer {`,
    `  const server = new McpServer({ name, version: '1' });`,
    `  return server;`,
    `}`,
    `declare function parse(req: IncomingMessage): Promise<unknown>;`,
    `const transport = (): NodeStreamableHTTPServerTransport => new NodeStreamableHTTPServerTransport();`,
    `export async function listener(req: IncomingMessage & { body?: unknown }, res: ServerResponse): Promise<void> {`,
    listener,
    `}`,
    ``,
  ].join('\n');

const CHECK = `  if (req.headers.authorization !== 'Bearer x') {\n    res.writeHead(401).end();\n    return;\n  }\n`;
const CONNECT =
  '  const t = transport();\n  await createServer().connect(t);\n  await t.handleRequest(req, res, req.body);\n';

describe('HTTP entries', () => {
  it('route the modern era where the parsed body is known, once', () => {
    const { after, titles } = rewrite(
      http(
        '  const body = await parse(req);\n  // sessions\n  const t = transport();\n  await createServer().connect(t);\n  await t.handleRequest(req, res, body);',
      ),
    );
    expect(titles).toEqual([]);
    expect(after).toContain("toNodeHandler(createMcpHandler(() => createServer(), { legacy: 'reject' }));");
    expect(after).toMatch(
      /await parse\(req\);\n {2}if \(body !== undefined && .*\{\n(.*\n){3} {2}\/\/ sessions/,
    );
    expect(rewrite(after)).toEqual({ after, titles: [] });
  });

  it.each([
    ['in front of a session', `${CHECK}${CONNECT}`],
    ['in a try block', `  try {\n${CHECK}${CONNECT}  } catch {\n    res.end();\n  }`],
    ['that is awaited', `  await authorize(req);\n${CONNECT}`],
  ])('keep a check %s for the modern era', (_where, body) => {
    const { after, titles } = rewrite(http(body));
    expect(titles).toEqual([]);
    const check = after.lastIndexOf('authoriz');
    expect(check).toBeLessThan(after.indexOf('isLegacyRequest(await'));
    expect(after.indexOf('isLegacyRequest(await')).toBeLessThan(after.indexOf('const t = transport()'));
  });

  it('route in front of the choice between sessions', () => {
    const { after, titles } = rewrite(
      http(
        `  const id = req.headers['mcp-session-id'] as string | undefined;\n  let known = id === undefined ? undefined : sessions.get(id);\n  if (!known) {\n    if (id || !isInitializeRequest(req.body)) {\n      res.writeHead(404).end();\n      return;\n    }\n${CONNECT}    return;\n  }\n  await known.handleRequest(req, res, req.body);`,
      ),
    );
    expect(titles).toEqual([]);
    expect(after.indexOf('isLegacyRequest(await')).toBeLessThan(after.indexOf('const id ='));
  });

  it.each([
    ['', 'createServer(req.url)'],
    ['', 'await later(await parse(req))'],
    ['  const { url } = req;\n', 'createServer(url)'],
  ])('make the server of the request for it alone: %s%s', (before, made) => {
    const later = 'async function later(_body: unknown): Promise<McpServer> {\n  return createServer();\n}\n';
    const serve = `  const t = transport();\n  const s = ${made};\n  await s.connect(t);\n  await t.handleRequest(req, res, req.body);`;
    const { after, titles } = rewrite(later + http(before + serve));
    expect(titles).toEqual([]);
    expect(after).toContain(
      `    const modernServer = ${made};\n    const modernHandler = toNodeHandler(createMcpHandler(() => modernServer, { legacy: 'reject' }));\n    await modernHandler(req, res, req.body);\n    return;\n`,
    );
    expect(rewrite(after)).toEqual({ after, titles: [] });
  });

  const LATE =
    '  const t = transport();\n  await createServer().connect(t);\n  const body = await parse(req);\n  await t.handleRequest(req, res, body);\n';
  it('route behind the connection where the body is read there, for a server made for the request', () => {
    const { after, titles } = rewrite(http(LATE));
    expect(titles).toEqual([]);
    expect(after).toMatch(
      /await parse\(req\);\n {2}if \(body !== undefined && .*\{\n(.*\n){3} {2}await t\.handleRequest/,
    );
  });

  const guarded = (options: string, body: string): string =>
    http(`  const hosts = ['localhost'];\n${body}`).replace(
      'ServerTransport();',
      `ServerTransport(${options});`,
    );
  it('keep the check of the host that the transport does', () => {
    const options = `{ enableDnsRebindingProtection: true, allowedHosts: ['localhost'] }`;
    const { after, titles } = rewrite(guarded(options, CONNECT));
    expect(titles).toEqual([]);
    expect(after).toContain(`if (isHostAllowed(req, ${options}) && req.body !== undefined && `);
    expect(after).toContain(`import { isHostAllowed } from 'mrtr/runtime';`);
    expect(
      rewrite(guarded(`{ enableDnsRebindingProtection: true, ...{} }`, CONNECT)).titles.join(),
    ).toContain('hosts that its transport allows');
  });

  const CHECKING = `{ enableDnsRebindingProtection: true, allowedHosts: ['localhost'] }`;
  it.each([
    ['options', `ServerTransport(options);`, `export const options = ${CHECKING};\n`, 'hosts that its'],
    ['options', `ServerTransport(options);`, `export const options = {};\n`, ''],
    [
      'create',
      undefined,
      `import { NodeStreamableHTTPServerTransport as Node } from '@modelcontextprotocol/node';\nexport const create = (): Node => new Node(${CHECKING});\n`,
      'hosts that its',
    ],
    ['other', `ServerTransport({});`, `export const other = ${CHECKING};\n`, ''],
  ])('ask what another file says of hosts: %s, %s, %s', (name, made, other, title) => {
    const entry =
      made === undefined
        ? http(CONNECT.replace('transport()', 'create()')).replace(/const transport = .*/, '')
        : http(CONNECT).replace('ServerTransport();', made);
    const imported = `import { ${name} } from './entry-under-test-1.js';\n`;
    const [rewritten] = rewriteEntries([imported + entry, other]);
    expect(rewritten?.titles.join()).toContain(title);
    expect(rewritten?.titles).toHaveLength(title === '' ? 0 : 1);
  });

  it.each([
    [
      '  const t = transport();\n  await createServer().connect(t);\n  await t.handleRequest(req, res);',
      'parsed body',
    ],
    [
      '  if (req.body) {\n    const name = req.url;\n    const t = transport();\n    await createServer(name).connect(t);\n    await t.handleRequest(req, res, req.body);\n  }',
      'a check between',
    ],
    [
      '  const serve = async ({ server }: { server: McpServer }): Promise<void> => {\n    const t = transport();\n    await server.connect(t);\n    await t.handleRequest(req, res, req.body);\n  };\n  await serve({ server: createServer() });',
      'one is handed in',
    ],
    [
      `  const id = req.headers['mcp-session-id'];\n  const name = req.url;\n  const t = transport();\n  await createServer(name).connect(t);\n  await t.handleRequest(req, res, req.body);`,
      'not known before its session',
    ],
    [
      `  const id = req.headers['mcp-session-id'];\n${CHECK}  if (id === undefined) {\n${CONNECT}  }`,
      'a check between',
    ],
    [`  if (req.headers.authorization === 'Bearer x') {\n${CONNECT}  }`, 'a check between'],
    [
      `  const id = req.headers['mcp-session-id'];\n  if (!id && req.headers.authorization) {\n${CONNECT}  }`,
      'a check between',
    ],
    [`  const id = req.headers['mcp-session-id'];\n  await authorize(req);\n${CONNECT}`, 'a check between'],
    [`  console.log(req.headers['mcp-session-id']);\n${LATE}`, 'body is read after'],
    [`${LATE}  await t.close();\n`, 'body is read after'],
    [
      `  let t = transport();\n  if (req.url) {\n    t = transport();\n    await createServer().connect(t);\n  }\n  const body = await parse(req);\n  await t.handleRequest(req, res, body);`,
      'body is read after',
    ],
  ])('are left alone with a reason: %s', (body, reason) => {
    const text = http(body);
    const { after, titles } = rewrite(text);
    expect(after).toBe(text);
    expect(titles).toEqual([expect.stringContaining(reason)]);
  });
});
