/**
 * `npm run conformance`: runs the official conformance suite against the everything server: as it is, migrated by
 * `mrtr migrate`, and compiled. Exits with 1 when a check of a required scenario fails or warns.
 */
import { join } from 'node:path';

import pc from 'picocolors';

import { prepareServers, type ServerUnderTest } from './conformance/prepare-servers.ts';
import { runSuite, type Revision, type Scenario } from './conformance/run-suite.ts';
import { startServer } from './servers/start-server.ts';

const STATE_KEY = 'a key for conformance runs, of 32 bytes or more';

interface Run {
  readonly server: string;
  readonly revision: Revision;
  readonly scenarios: readonly Scenario[];
}

async function runAll(servers: readonly ServerUnderTest[]): Promise<Run[]> {
  const runs: Run[] = [];
  for (const { name, directory, revisions } of servers) {
    for (const revision of revisions) {
      const server = await startServer(join(directory, 'dist/http.js'), { MRTR_STATE_KEY: STATE_KEY });
      try {
        const results = join(directory, `results-${revision}`);
        runs.push({ server: name, revision, scenarios: runSuite(server.url, revision, results) });
      } finally {
        server.stop();
      }
    }
  }
  return runs;
}

function count(scenarios: readonly Scenario[], status: string): number {
  return scenarios.flatMap(({ checks }) => checks).filter((check) => check.status === status).length;
}

function printTable(runs: readonly Run[]): void {
  const columns = ['server', 'set', 'scenarios', 'checks', 'passed', 'failed', 'warnings', 'skipped'];
  const rows = runs.map(({ server, revision, scenarios }) => {
    const required = scenarios.filter(({ isRequired }) => isRequired);
    const [passed, failed, warned, skipped] = ['SUCCESS', 'FAILURE', 'WARNING', 'SKIPPED'].map((status) =>
      count(required, status),
    ) as [number, number, number, number];
    return [server, revision, required.length, passed + failed + warned, passed, failed, warned, skipped];
  });
  const table = [columns, ...rows].map((row) => row.map(String));
  const widths = columns.map((_, index) => Math.max(...table.map((row) => row[index]?.length ?? 0)));
  for (const row of table)
    console.log(
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

/** What did not succeed in the scenarios that count. */
function troublesOf({ server, revision, scenarios }: Run): string[] {
  return scenarios
    .filter(({ isRequired }) => isRequired)
    .flatMap(({ name, checks }) =>
      checks
        .filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
        .map(
          ({ id, status, errorMessage = '' }) =>
            `${server} ${revision} ${name}: ${status} ${id}\n    ${errorMessage}`,
        ),
    );
}

async function main(): Promise<void> {
  const servers = prepareServers('.work/conformance');
  for (const { name, report } of servers)
    if (report !== '') console.log(`${pc.bold(name)}\n${report.trimEnd()}\n`);
  const runs = await runAll(servers);
  printTable(runs);

  const troubles = runs.flatMap(troublesOf);
  for (const trouble of troubles) console.log(pc.red(`\n${trouble}`));
  console.log(
    troubles.length === 0
      ? pc.green('\nEvery required check passed.')
      : pc.red(`\n${troubles.length} checks failed or warned.`),
  );
  process.exitCode = troubles.length === 0 ? 0 : 1;
}

await main();
