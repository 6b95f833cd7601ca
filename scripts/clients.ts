/**
 * `npm run clients [-- part of a name …]`: drives the demo server, migrated and compiled, with clients that were written elsewhere, over stdio
 * and HTTP, in both eras. Exits with 1 when a result, a question or an effect differs from what the unmigrated server gave
 * the official client at 2025-11-25.
 */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import pc from 'picocolors';

import { aiSdkClient } from './clients/ai-sdk.ts';
import { kindOf, type ClientUnderTest, type Era, type Target } from './clients/client-under-test.ts';
import { inspectorClient } from './clients/inspector.ts';
import { installClients } from './clients/install-clients.ts';
import { officialClients } from './clients/official.ts';
import { flows, loopFlows } from './demo/flows.ts';
import { environment, freshLedger, readLedger, runLegacy, type Flow, type Outcome } from './demo/run-flow.ts';
import { compileServer, copyServer, repository, runMrtr } from './servers/prepare-copies.ts';
import { startServer } from './servers/start-server.ts';

interface Server {
  readonly form: 'migrated' | 'compiled';
  readonly directory: string;
}

/** The flows of one client against one server, in one era. */
interface Cell {
  readonly client: ClientUnderTest;
  readonly era: Era;
  readonly transport: Target['transport'];
  readonly server: Server;
}

interface Score {
  readonly same: number;
  /** The client cannot answer what is asked. */
  readonly beyond: number;
  readonly different: readonly string[];
}

function prepareServers(original: string): Server[] {
  const target = (name: string): string => join(repository, '.work/clients', name);
  compileServer(original);
  const migrated = copyServer('release-assistant', target('migrated'));
  runMrtr(['migrate', migrated, '--allow-dirty']);
  compileServer(migrated);
  const compiled = copyServer('release-assistant', target('compiled'));
  runMrtr(['migrate', compiled, '--form', 'compiled', '--allow-dirty']);
  compileServer(compiled);
  runMrtr(['compile', join(compiled, 'dist')]);
  return [
    { form: 'migrated', directory: migrated },
    { form: 'compiled', directory: compiled },
  ];
}

async function score(
  { client, era, transport, server }: Cell,
  expected: readonly Expected[],
): Promise<Score> {
  const env = environment(join(server.directory, 'ledger.jsonl'));
  const http =
    transport === 'http' ? await startServer(join(server.directory, 'dist/http.js'), env) : undefined;
  const target: Target =
    http === undefined
      ? { transport: 'stdio', entry: join(server.directory, 'dist/stdio.js'), env }
      : { transport: 'http', url: http.url };
  let [same, beyond] = [0, 0];
  const different: string[] = [];
  try {
    for (const { flow, outcome } of expected) {
      if (!outcome.asks.every((ask) => client.answers.has(kindOf(ask)))) {
        beyond++;
        continue;
      }
      const ledger = freshLedger(server.directory);
      const seen = { ...(await client.run(target, era, flow)), ledger: readLedger(ledger) };
      if (isDeepStrictEqual(plain(seen), plain(outcome))) same++;
      else different.push(`${flow.name}\n    expected ${show(outcome)}\n    seen     ${show(seen)}`);
    }
  } finally {
    http?.stop();
  }
  return { same, beyond, different };
}

interface Expected {
  readonly flow: Flow & { readonly name: string };
  readonly outcome: Outcome;
}

/** Without members that are `undefined`, which JSON does not have. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

function show(value: unknown): string {
  return JSON.stringify(value);
}

async function expectedOutcomes(original: string, wanted: typeof flows): Promise<Expected[]> {
  const outcomes: Expected[] = [];
  for (const flow of wanted) outcomes.push({ flow, outcome: await runLegacy(original, flow) });
  return outcomes;
}

async function main(): Promise<void> {
  const original = copyServer('release-assistant', join(repository, '.work/clients/original'));
  const servers = prepareServers(original);
  const expected = await expectedOutcomes(original, flows);
  const inLoops = await expectedOutcomes(original, loopFlows);
  const installed = installClients();
  const wanted = process.argv.slice(2);
  const clients = [...officialClients(), inspectorClient(installed), aiSdkClient(installed)].filter(
    ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
  );

  let isSame = true;
  for (const client of clients) {
    console.log(pc.bold(`\n${client.name} ${client.version}`));
    for (const era of client.eras)
      for (const transport of ['stdio', 'http'] as const)
        for (const server of servers) {
          const toRun = server.form === 'compiled' ? [...expected, ...inLoops] : expected;
          const { same, beyond, different } = await score({ client, era, transport, server }, toRun);
          const beyondIt = beyond === 0 ? '' : `, ${beyond} beyond it`;
          console.log(
            `  ${era} ${transport.padEnd(5)} ${server.form}: ${same} of ${toRun.length} flows${beyondIt}`,
          );
          for (const text of different) console.log(pc.red(`  DIFFERENT ${text}`));
          isSame &&= different.length === 0;
        }
  }
  process.exitCode = isSame ? 0 : 1;
}

await main();
