import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/** Other machines have no business here. */
const HOST = '127.0.0.1';

const ASSETS: Readonly<Record<string, string>> = {
  'page.js': 'text/javascript; charset=utf-8',
  'analysis.js': 'text/javascript; charset=utf-8',
};

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the page until it is closed; once loaded, the page needs the server no more.
 * @param directory the built page: files compressed by Brotli, to take little of the package
 * @param source what the editor begins with, in place of an example
 * @param port 0 for any that is free
 * @throws {NodeJS.ErrnoException} when the port cannot be had
 */
export async function servePage(
  directory: string,
  source: string | undefined,
  port: number,
): Promise<PageServer> {
  const page = Buffer.from(printPage(readAsset(directory, 'page.html').toString('utf8'), source));
  const server = createServer(({ url = '/', method, headers }, response) => {
    const name = new URL(url, 'http://localhost').pathname.slice(1);
    // A name of elsewhere that leads here (DNS rebinding) must not read what is served.
    if (!isLocal(headers.host)) send(response, 403);
    else if (method !== 'GET' && method !== 'HEAD') send(response, 405);
    else if (name === '') send(response, 200, 'text/html; charset=utf-8', page);
    else if (Object.hasOwn(ASSETS, name)) send(response, 200, ASSETS[name], readAsset(directory, name));
    else send(response, 404);
  });
  const address = await listen(server, port);
  return {
    url: `http://${HOST}:${address}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function isLocal(host = ''): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);
}

function readAsset(directory: string, name: string): Buffer {
  return brotliDecompressSync(readFileSync(join(directory, `${name}.br`)));
}

/** The source as data in the page: the page may ask for nothing after it is loaded. */
function printPage(page: string, source: string | undefined): string {
  if (source === undefined) return page;
  const json = JSON.stringify(source).replaceAll('<', String.raw`\u003c`);
  return page.replace(
    '<!-- source -->',
    () => `<script type="application/json" id="source">${json}</script>`,
  );
}

function send(
  response: ServerResponse,
  status: number,
  type = 'text/plain',
  body: Uint8Array = new Uint8Array(),
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-store',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  response.end(body);
}
