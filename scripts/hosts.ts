/**
 * `npm run hosts`: one flow of the runtime in Node, Bun and workerd (without `nodejs_compat`), all rounds in each host and
 * then each round in another one. Bun and workerd are installed from npm into a folder of their own.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { build } from 'esbuild';

import { MODERN } from './demo/run-flow.ts';
import { freePorts, untilListening } from './fleet/services.ts';
import { handle } from './hosts/handle.ts';
import { repository } from './servers/prepare-copies.ts';

const PACKAGES = ['bun@1.4.5', 'workerd@1.20261117.1'];
const EXPECTED = 'published left-pad@2.0.0';

type Send = (request: Request) => Promise<Response>;

function install(directory: string): void {
  mkdirSync(directory, { recursive: true });
  // npm 11 runs the scripts that put the binaries in place only where they are allowed.
  const manifest = { private: true, allowScripts: { bun: true, workerd: true } };
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
  const args = ['install', '--no-fund', '--no-audit', ...PACKAGES];
  execFileSync('npm', args, { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The worker in one file, for Workers that have nothing of Node. */
async function bundleWorker(directory: string, port: number): Promise<string> {
  await build({
    entryPoints: [join(repository, 'scripts/hosts/worker.ts')],
    outfile: join(directory, 'worker.js'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'import'],
    logLevel: 'error',
  });
  const config = join(directory, 'config.capnp');
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (modules = [(name = "worker.js", esModule = embed "worker.js")], compatibilityDate = "2026-11-01"))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
`,
  );
  return config;
}

/** Sends requests to the hosts in turn. */
function inTurn(hosts: readonly Send[]): Send {
  let turn = 0;
  return async (request) => {
    const send = hosts[turn++ % hosts.length];
    if (send === undefined) throw new Error('no host');
    return send(request);
  };
}

function over(port: number): Send {
  return async (request) => {
    const url = new URL(request.url);
    url.port = String(port);
    const body = request.method === 'POST' ? await request.text() : undefined;
    return fetch(url, {
      method: request.method,
      headers: request.headers,
      ...(body === undefined ? {} : { body }),
    });
  };
}

async function runFlow(send: Send): Promise<string> {
  const client = new Client(
    { name: 'hosts', version: '1.0.0' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: { pin: MODERN } } },
  );
  const answers = [{ version: '2.0.0' }, { sure: true }];
  client.setRequestHandler('elicitation/create', () => ({
    action: 'accept',
    content: answers.shift() ?? {},
  }));
  const transport = new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), {
    fetch: async (input, init) => send(new Request(input, init)),
  });
  await client.connect(transport);
  const { content } = await client.callTool({ name: 'publish', arguments: { pkg: 'left-pad' } });
  await client.close();
  return content.map((block) => (block.type === 'text' ? block.text : block.type)).join();
}

const directory = join(repository, '.work/hosts');
install(directory);
const [bunPort = 0, workerdPort = 0] = await freePorts(2);
const config = await bundleWorker(directory, workerdPort);
const binary = (name: string): string => join(directory, 'node_modules/.bin', name);
const processes: ChildProcess[] = [
  spawn(binary('bun'), [join(repository, 'scripts/hosts/bun.ts')], {
    env: { ...process.env, PORT: String(bunPort) },
    stdio: 'inherit',
  }),
  spawn(binary('workerd'), ['serve', config], { stdio: 'inherit' }),
];
try {
  await Promise.all([untilListening(bunPort), untilListening(workerdPort)]);
  const hosts = { Node: handle, Bun: over(bunPort), workerd: over(workerdPort) };
  const flows = [...Object.entries(hosts), ['each round in another', inTurn(Object.values(hosts))] as const];
  for (const [name, send] of flows) {
    const result = await runFlow(send);
    console.log(`${name}: ${result}`);
    if (result !== EXPECTED) process.exitCode = 1;
  }
} finally {
  for (const child of processes) child.kill();
}
