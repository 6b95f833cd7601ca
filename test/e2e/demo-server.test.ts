import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { flows, loopFlows } from '../../scripts/demo/flows.ts';
import { compileServer, copyServer, runMrtr } from '../../scripts/servers/prepare-copies.ts';
import { fetchFromNewProcess } from '../../scripts/demo/process-per-request.ts';
import { DEMO_KEY, MODERN, runLegacy, runModern } from '../../scripts/demo/run-flow.ts';

interface Reply {
  readonly result?: {
    readonly resultType?: string;
    readonly requestState?: string;
    readonly inputRequests?: object;
  };
  readonly error?: { readonly code: number; readonly data?: unknown };
}

const directory = mkdtempSync(join(tmpdir(), 'mrtr-e2e-'));
const original = join(directory, 'original');
const migrated = join(directory, 'migrated');
let migration: { readonly code: number; readonly output: string };
let dryRun: { readonly output: string; readonly changed: boolean };

beforeAll(() => {
  copyServer('release-assistant', original);
  copyServer('release-assistant', migrated);
  const before = sourcesOf(migrated);
  const { output } = runMrtr(['migrate', migrated, '--allow-dirty', '--dry-run']);
  dryRun = { output, changed: JSON.stringify(before) !== JSON.stringify(sourcesOf(migrated)) };
  migration = runMrtr(['migrate', migrated, '--allow-dirty']);
  compileServer(original);
  compileServer(migrated);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('mrtr migrate on the demo server', () => {
  it('rewrites every handler, and says of the loop that its rounds are limited', () => {
    expect(migration.code).toBe(0);
    expect(migration.output).toContain('7 of 7 handlers migrated');
    expect(migration.output).toMatch(/warning\[MRTR3002\][^]*yank-versions\.ts/);
  });

  it('prints a diff and writes nothing with --dry-run', () => {
    expect(dryRun.output).toMatch(/^--- .*publish-release\.ts/m);
    expect(dryRun.output).toContain('requestState.ask');
    expect(dryRun.changed).toBe(false);
  });

  it('changes nothing the second time', () => {
    const before = sourcesOf(migrated);
    runMrtr(['migrate', migrated, '--allow-dirty']);
    expect(sourcesOf(migrated)).toEqual(before);
  });

  it('keeps every comment', () => {
    const after = sourcesOf(migrated);
    for (const [file, text] of Object.entries(sourcesOf(original))) {
      for (const [comment] of text.matchAll(/^ *\/\/.*$|\/\*\*.*\*\//gm))
        expect(after[file]).toContain(comment.trim());
    }
  });
});

describe('the migrated server, every request in a new process', () => {
  it.each([...flows, ...loopFlows])('$tool: $name', async (flow) => {
    const { exchanges, ...modern } = await runModern(migrated, flow);
    expect(modern).toEqual(await runLegacy(original, flow));
    expect(new Set(exchanges.map(({ pid }) => pid)).size).toBe(exchanges.length);
    expect(exchanges.filter(({ method }) => method === 'tools/call')).toHaveLength(modern.asks.length + 1);
  });

  it('serves clients at 2025-11-25 through the shim of the SDK', async () => {
    for (const flow of flows)
      expect(await runLegacy(migrated, flow)).toEqual(await runLegacy(original, flow));
  });

  it('asks again when the answer is missing', async () => {
    const requestState = await firstState();
    const { result } = await call('publish_release', { requestState, inputResponses: {} });
    expect(result).toMatchObject({ resultType: 'input_required', inputRequests: { choice: {} } });
  });

  it('refuses a state that was changed', async () => {
    const requestState = await firstState();
    const at = requestState.length - 8;
    const changed =
      requestState.slice(0, at) + (requestState[at] === 'A' ? 'B' : 'A') + requestState.slice(at + 1);
    const { error } = await call('publish_release', { requestState: changed, inputResponses: {} });
    expect(error?.code).toBe(-32602);
  });

  it('refuses the state of another tool', async () => {
    const { error } = await call('unlink_package', { requestState: await firstState(), inputResponses: {} });
    expect(error?.code).toBe(-32602);
  });
});

async function firstState(): Promise<string> {
  const { result } = await call('publish_release', {});
  expect(result?.requestState).toBeTypeOf('string');
  return result?.requestState ?? '';
}

/** One request by hand, as a client that does not keep to the rules would send it. */
async function call(name: string, more: object): Promise<Reply> {
  const environment = { MRTR_STATE_KEY: DEMO_KEY, RELEASE_LEDGER: join(directory, 'ledger.jsonl') };
  const send = fetchFromNewProcess(join(migrated, 'dist/http.js'), environment, []);
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientInfo': { name: 'by-hand', version: '0' },
    'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {}, url: {} } },
  };
  const params = { name, arguments: { pkg: 'parser' }, ...more, _meta };
  const response = await send('http://127.0.0.1/mcp', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': MODERN,
      'mcp-method': 'tools/call',
      'mcp-name': name,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  });
  return (await response.json()) as Reply;
}

function sourcesOf(server: string): Record<string, string> {
  const source = join(server, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(join(source, file), 'utf8')]));
}
