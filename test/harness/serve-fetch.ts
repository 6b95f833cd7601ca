import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { toNodeHandler } from '@modelcontextprotocol/node';

/**
 * Serves what a module exports for a web-standard runtime (Workers, Bun, Deno): `export default { fetch }`.
 * Usage: node --import tsx serve-fetch.ts <module>, with PORT set.
 */
interface FetchModule {
  readonly default: { readonly fetch: (request: Request) => Response | Promise<Response> };
}

const { default: app } = (await import(pathToFileURL(resolve(process.argv[2] ?? '')).href)) as FetchModule;
const handler = toNodeHandler({ fetch: async (request) => app.fetch(request) });
createServer((req, res) => void handler(req as Parameters<typeof handler>[0], res)).listen(
  Number(process.env['PORT']),
);
