/**
 * `npm run conformance`: runs the official conformance suite against the everything server: as it is, migrated by
 * `mrtr migrate`, and compiled. Exits with 1 when a required check fails or warns that docs/conformance.md does not list.
 */
import { join } from 'node:path';

import pc from 'picocolors';

import { readKnownExceptions, type KnownException } from './conformance/known-exceptions.ts';
import { prepareServers, type ServerUnderTest } from './conformance/prepare-servers.ts';
import { runSuite, type Revision, type Scenario } from './conformance/run-suite.ts';
import { startServer } from './servers/start-server.ts';

const STATE_KEY = 'a key for conformance runs, of 32 bytes or more';

interface Run {
  readonly server: string;
  readonly revision: Revision;
  readonly scenarios: readonly Scenario[];
}

interface Trouble {
  readonly text: string;
  readonly isKnown: boolean;
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
function troublesOf({ server, revision, scenarios }: Run, known: readonly KnownException[]): Trouble[] {
  return scenarios
    .filter(({ isRequired }) => isRequired)
    .flatMap(({ name, checks }) =>
      checks
        .filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
        .map(({ id, status, errorMessage }) => ({
          text: `${server} ${revision} ${name}: ${status} ${id}\n    ${errorMessage ?? ''}`,
          isKnown: known.some(
            (one) => one.server === server && one.revision === revision && one.check === id,
          ),
        })),
    );
}

async function main(): Promise<void> {
  const servers = prepareServers('.work/conformance');
  for (const { name, report } of servers)
    if (report !== '') console.log(`${pc.bold(name)}\n${report.trimEnd()}\n`);
  const runs = await runAll(servers);
  printTable(runs);

  const known = readKnownExceptions();
  const troubles = runs.flatMap((run) => troublesOf(run, known));
  for (const { text, isKnown } of troubles) console.log(`\n${isKnown ? pc.yellow(text) : pc.red(text)}`);
  const unexpected = troubles.filter(({ isKnown }) => !isKnown);
  console.log(
    unexpected.length === 0
      ? pc.green('\nAll as docs/conformance.md says.')
      : pc.red(`\n${unexpected.length} checks are not what docs/conformance.md says.`),
  );
  process.exitCode = unexpected.length === 0 ? 0 : 1;
}

await main();
