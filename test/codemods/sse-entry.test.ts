import { describe, expect, it } from 'vitest';

import { rewriteEntries, rewriteEntry as rewrite } from '../harness/rewrite-entries.ts';

const HEAD = `import { McpServer } from '@modelcontextprotocol/server';
import { SSEServerTransport } from '@modelcontextprotocol/server-legacy/sse';
import express from 'express';
import type { RequestHandler } from 'express';
declare const requireToken: RequestHandler;
declare function log(): RequestHandler;
declare const users: Record<string, { token?: string }>;
declare function verify(token: unknown): Promise<void>;
const open = new Map<string, SSEServerTransport>();
function createServer(name = 'a'): McpServer {
  return new McpServer({ name, version: '1' });
}
`;
const APP = `const app = express();\n`;
const CONNECT = `  const transport = new SSEServerTransport('/messages', res);
  open.set(transport.sessionId, transport);
  await createServer().connect(transport);
`;
const GET = `app.get('/sse', async (req, res) => {\n${CONNECT}});\n`;
const HANDLE = `  const transport = open.get(req.query.sessionId as string);
  if (!transport) return void res.status(404).end();
  await transport.handlePostMessage(req, res);
`;
const POST = `app.post('/messages', async (req, res) => {\n${HANDLE}});\n`;

const get = (body: string, middlewares = ''): string =>
  `app.get('/sse', ${middlewares}async (req, res) => {\n${body}});\n`;
const post = (body: string, middlewares = ''): string =>
  `app.post('/messages', ${middlewares}async (req, res) => {\n${body}});\n`;

describe('SSE entries on Express', () => {
  it('get an endpoint beside them, and stay as they are the second time', () => {
    const { after, titles } = rewrite(HEAD + APP + GET + '\n// messages\n' + POST);
    expect(after).toContain(GET);
    expect(after).toContain(`
const modernHandler = toNodeHandler(createMcpHandler(() => createServer(), { legacy: 'reject' }));

app.post('/mcp', (req, res) => modernHandler(req, res, req.body));

// messages
${POST}`);
    expect(titles).toEqual([expect.stringContaining('`POST /mcp`')]);
    expect(rewrite(after)).toEqual({ after, titles: [] });
  });

  it('may look for the session, and make and start the app, in other ways', () => {
    const bodies = [
      `  const { sessionId } = req.query;\n  const session = open.get(String(sessionId ?? ''));\n  if (typeof sessionId !== 'string' || !(session instanceof SSEServerTransport)) {\n    res.end();\n  } else {\n    try {\n      await session.handlePostMessage(req, res, req.body);\n    } catch (error) {\n      res.end();\n    }\n  }\n`,
      `  console.log(req.url);\n  await open.get(req.query['sessionId'] as string)!.handlePostMessage(req, res);\n`,
      `  const id = req.query.sessionId as string;\n  if (!open.has(id)) throw new Error(id);\n  await open.get(id)?.handlePostMessage(req, res);\n`,
    ];
    const ofSdk = `import { createMcpExpressApp } from '@modelcontextprotocol/express';\nconst app = createMcpExpressApp();\n`;
    const ofNode = `import { createServer as listen } from 'node:http';\n${APP}listen(app).listen(1);\n`;
    const texts = [
      ...bodies.map((body) => APP + GET + post(body)),
      ...[ofSdk, ofNode].map((app) => app + GET + POST),
    ];
    const rewritten = rewriteEntries(texts.map((text) => HEAD + text));
    for (const { titles } of rewritten) expect(titles).toEqual([expect.stringContaining('`POST /mcp`')]);
  });

  it('repeat the middlewares of both routes behind those of the app', () => {
    const routes =
      post(HANDLE, 'log(), express.json(), ') + 'app.use(log());\n' + get(CONNECT, 'requireToken, log(), ');
    const { after } = rewrite(`${HEAD}${APP}app.get('trust proxy');\n${routes}app.listen(1);\n`, true);
    const place = after.indexOf(`app.post('/mcp', requireToken, log(), express.json(), (req, res) =>`);
    expect(place).toBeGreaterThan(after.indexOf('app.use(log())'));
    expect(after).toContain(
      'createMcpHandler(() => announceChanges(changes, createServer()), { bus: changes,',
    );
  });

  it('need none beside Streamable HTTP of the same servers', () => {
    const http = `import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
app.all('/mcp', async (req, res) => {
  const transport = new NodeStreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await createServer().connect(transport);
  await transport.handleRequest(req, res, req.body);
});
`;
    const { after, titles } = rewrite(HEAD + APP + http + GET + POST);
    expect(titles).toEqual([]);
    expect(after.match(/createMcpHandler\(/g)).toHaveLength(1);
    expect(rewrite(after)).toEqual({ after, titles: [] });
  });

  const LEFT: readonly (readonly [string, string])[] = [
    [`declare const app: express.Express;\n` + GET + POST, 'SSE exists'],
    [
      APP +
        `const connect = async (res: express.Response) => {\n${CONNECT}};\napp.get('/sse', (_, res) => connect(res));\n` +
        POST,
      'SSE exists',
    ],
    [APP + GET + POST + `app.post('/MCP/', log());\n`, 'endpoint is taken'],
    [APP + GET + POST + `app.use('/mcp', log());\n`, 'endpoint is taken'],
    [APP + GET + POST + `app.all('/*rest', log());\n`, 'endpoint is taken'],
    [APP + GET + POST + `app.use(express.Router());\n`, 'a router of the app'],
    [APP + GET + POST + `declare const path: string;\napp.post(path, log());\n`, 'path of a route'],
    [
      APP + GET + POST + `declare function addRoutes(a: unknown): void;\naddRoutes(app);\n`,
      'routes may be added',
    ],
    [`export ${APP}${GET}${POST}`, 'routes may be added'],
    [APP + GET + POST + `export { app };\n`, 'routes may be added'],
    [APP + GET, 'its messages do not arrive'],
    [APP + `app.use('/sse', requireToken);\n` + GET + POST, 'not in their argument lists'],
    [APP + `app.post('/messages', requireToken);\n` + GET + POST, 'not in their argument lists'],
    [
      APP +
        `app.use((req, _res, next) => (req.path === '/sse' ? requireToken(req, _res, next) : next()));\n` +
        GET +
        POST,
      'not in their argument lists',
    ],
    [APP + get(CONNECT, '(_req, _res, next) => next(), ') + POST, 'written out'],
    [
      APP + get(`  if (!req.headers.authorization) return void res.status(401).end();\n${CONNECT}`) + POST,
      'a check inside',
    ],
    [
      APP + get(`  const token = req.headers.authorization;\n  await verify(token);\n${CONNECT}`) + POST,
      'a check inside',
    ],
    [APP + get(`  if (req.headers.authorization) {\n${CONNECT}  }\n`) + POST, 'a check inside'],
    [APP + GET + post(`  Object.assign(req, { auth: {} });\n${HANDLE}`), 'a check inside'],
    [APP + GET + post(`  req.headers.authorization = '';\n${HANDLE}`), 'a check inside'],
    [APP + get(CONNECT.replace('createServer()', 'createServer(req.ip)')) + POST, 'computed at the call'],
    [
      APP + get(CONNECT.replace('createServer()', 'new McpServer({ name: req.ip!, version: "1" })')) + POST,
      'not made by a function',
    ],
    [
      APP +
        get(
          CONNECT.replace(
            'await createServer()',
            'const server = createServer();\n  server.registerTool("a", {}, () => ({ content: [] }));\n  await server',
          ),
        ) +
        POST,
      'does more with it',
    ],
    [
      APP +
        get(
          CONNECT.replace(
            ', res)',
            ', res, { enableDnsRebindingProtection: true, allowedHosts: [req.ip!] })',
          ),
        ) +
        POST,
      'hosts that its transport',
    ],
    [APP + GET + GET.replace('/sse', '/old') + POST, 'several places'],
    [
      APP +
        GET +
        post(
          HANDLE.replace(
            '!transport',
            '!transport || users[req.query.sessionId as string]?.token !== req.headers.authorization',
          ),
        ),
      'a check inside',
    ],
    [
      APP +
        GET +
        post(`  const user = users[req.query.sessionId as string];\n  if (!user?.token) return;\n${HANDLE}`),
      'a check inside',
    ],
    [
      APP +
        `app.get('/sse', async (req, res, next) => {\n  if (!req.ip) next('route');\n${CONNECT}});\n` +
        POST,
      'a check inside',
    ],
    [
      APP +
        `const guard = onlyFor(['x']);\nfunction onlyFor(list: string[]): RequestHandler {\n  return (req, _, next) => next(list.includes(req.url) ? 'router' : undefined);\n}\napp.use('/', guard);\n` +
        GET +
        POST,
      'not in their argument lists',
    ],
  ];

  it('are left alone with a reason', () => {
    const rewritten = rewriteEntries(LEFT.map(([text]) => HEAD + text));
    for (const [index, [text, reason]] of LEFT.entries()) {
      expect(rewritten[index]?.after).toBe(HEAD + text);
      expect(rewritten[index]?.titles[0], text).toContain(reason);
    }
  });
});
