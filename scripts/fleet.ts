/**
 * `npm run fleet -- [--flows 10000] [--form readable|compiled] [--processes 4] [--clients 12]`: the migrated demo server as a
 * fleet behind nginx, round-robin and without affinity, with claims in Redis, while processes are killed, builds and keys
 * are exchanged and Redis goes down. Every flow must end as it does on one machine, or be refused as documented, and do
 * nothing twice. Needs nginx and redis-server (Debian: `apt install nginx-light redis-server`).
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { repository } from './servers/prepare-copies.ts';
import { makeBuilds, type Builds, type Form } from './fleet/builds.ts';
import { Director, type Progress } from './fleet/director.ts';
import { FleetClient, type ClientCounts } from './fleet/fleet-client.ts';
import { expectationsOf, judge, KINDS, type FlowEnd, type Verdict } from './fleet/flow-kinds.ts';
import { ServerSlot } from './fleet/server-slot.ts';
import { freePorts, nginxService, redisService } from './fleet/services.ts';

const KEYS = [
  'the-first-key-of-the-fleet-32-bytes-or-more',
  'the-second-key-of-the-fleet-32-bytes-or-more',
] as const;
const LEDGER = join(repository, '.demo/fleet/ledger.jsonl');

interface Options {
  readonly flows: number;
  readonly form: Form;
  readonly processes: number;
  readonly clients: number;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      flows: { type: 'string', default: '10000' },
      form: { type: 'string', default: 'readable' },
      processes: { type: 'string', default: '4' },
      clients: { type: 'string', default: '12' },
    },
  });
  if (values.form !== 'readable' && values.form !== 'compiled')
    throw new Error('--form is readable or compiled');
  const { flows, processes, clients } = values;
  return { flows: Number(flows), form: values.form, processes: Number(processes), clients: Number(clients) };
}

/** Runs all flows, spread over the clients. */
class Flows implements Progress {
  readonly ends: FlowEnd[] = [];
  readonly counts: ClientCounts = { requests: 0, retries: 0 };
  readonly total: number;
  readonly #running = new Set<Promise<unknown>>();

  constructor(total: number) {
    this.total = total;
  }

  ended(): number {
    return this.ends.length;
  }

  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  async run(clients: number, port: number): Promise<void> {
    let next = 0;
    const work = async (): Promise<void> => {
      const client = new FleetClient(port, this.counts);
      await client.connect();
      while (next < this.total) {
        const kind = KINDS[next % KINDS.length];
        const flow = kind === undefined ? undefined : client.run(kind, `package-${next++}`);
        if (flow === undefined) break;
        this.#running.add(flow);
        this.ends.push(await flow);
        this.#running.delete(flow);
      }
      await client.close();
    };
    await Promise.all(Array.from({ length: clients }, work));
  }
}

/** What was done, by package. */
function readLedger(): ReadonlyMap<string, readonly string[]> {
  const effects = new Map<string, string[]>();
  for (const line of readFileSync(LEDGER, 'utf8').trimEnd().split('\n')) {
    const { subject } = JSON.parse(line) as { subject: string };
    effects.set(subject, [...(effects.get(subject) ?? []), line]);
  }
  return effects;
}

async function report(flows: Flows, builds: Builds): Promise<number> {
  const expectations = await expectationsOf(builds.original);
  const effects = readLedger();
  const table: Record<string, Partial<Record<Verdict, number>>> = {};
  const wrong: unknown[] = [];
  for (const end of flows.ends) {
    const expected = expectations.get(end.kind);
    if (expected === undefined) continue;
    const done = effects.get(end.pkg) ?? [];
    const verdict = judge(end, done, expected);
    const row = (table[end.kind.name] ??= {});
    row[verdict] = (row[verdict] ?? 0) + 1;
    if (verdict === 'wrong') wrong.push({ kind: end.kind.name, pkg: end.pkg, result: end.result, done });
  }
  console.table(table);
  for (const flow of wrong.slice(0, 5)) console.log(JSON.stringify(flow));
  return wrong.length;
}

async function main({ flows: total, form, processes, clients }: Options): Promise<void> {
  const say = (text: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);
  say(`building the ${form} server three times`);
  const builds = await makeBuilds(form);
  rmSync(LEDGER, { force: true });
  const [entry = 0, redisPort = 0, ...slotPorts] = await freePorts(processes + 2);
  const redis = redisService(redisPort, join(repository, '.demo/fleet/redis'));
  const nginx = nginxService(entry, slotPorts, join(repository, '.demo/fleet/nginx'));
  const env = { RELEASE_LEDGER: LEDGER, REDIS_URL: `redis://127.0.0.1:${redisPort}` };
  const slots = slotPorts.map((port) => new ServerSlot(port, env));
  const flows = new Flows(total);
  const first = { build: builds.first, keys: [KEYS[0]] };
  const director = new Director(slots, redis, first, flows);
  try {
    await redis.start();
    await Promise.all(slots.map((slot) => slot.start(first)));
    await nginx.start();
    say(`${total} flows, ${processes} processes, ${clients} clients`);
    const began = performance.now();
    await Promise.all([flows.run(clients, entry), director.direct(builds, KEYS[0], KEYS[1], say)]);
    const seconds = (performance.now() - began) / 1000;
    const { requests, retries } = flows.counts;
    say(`${total} flows in ${seconds.toFixed(0)} s: ${requests} requests, ${retries} of them sent again`);
    const { kills, restarts, outages } = director;
    say(
      `${kills} processes killed, ${restarts} restarted with another build or key, Redis killed ${outages} times`,
    );
    const events = slots.flatMap((slot) => [...slot.events]);
    const sums = new Map<string, number>();
    for (const [event, count] of events) sums.set(event, (sums.get(event) ?? 0) + count);
    console.table(Object.fromEntries(sums));
  } finally {
    await Promise.all([nginx.kill(), redis.kill(), ...slots.map((slot) => slot.kill())]);
  }
  const wrong = await report(flows, builds);
  console.log(wrong === 0 ? 'Nothing was done twice, nothing was lost.' : `${wrong} flows went wrong.`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

await main(readOptions());
