/**
 * `npm run demo`: migrates the await-style demo server with the real command, and lets the official client run it at
 * 2026-07-28 with every request in a new server process. Exits with 1 if result, asks or effects differ from those of
 * the unmigrated server at 2025-11-25.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import pc from 'picocolors';

import { createSealer } from '../runtime/seal.ts';
import { flows } from './demo/flows.ts';
import { compileServer, copyServer, repository, runMrtr } from './servers/prepare-copies.ts';
import type { Exchange } from './demo/process-per-request.ts';
import { DEMO_KEY, runLegacy, runModern, type Outcome } from './demo/run-flow.ts';

const HANDLER = 'src/tools/publish-release.ts';

function title(text: string): void {
  console.log(`\n${pc.bold(pc.cyan(text))}`);
}

function printFile(directory: string): void {
  console.log(readFileSync(join(directory, HANDLER), 'utf8').trimEnd());
}

async function printExchanges(exchanges: readonly Exchange[]): Promise<void> {
  const calls = exchanges.filter(({ method }) => method === 'tools/call');
  for (const [index, { pid, method, params, response }] of calls.entries()) {
    console.log(pc.bold(`\nround ${index + 1}`), pc.dim(`${method} in process ${pid}`));
    if (params['inputResponses'] !== undefined)
      console.log('  → answers', JSON.stringify(params['inputResponses']));
    const result = (response['result'] ?? {}) as Record<string, unknown>;
    const { requestState, inputRequests } = result;
    if (inputRequests === undefined)
      console.log('  ← result ', JSON.stringify(result['content'] ?? response['error']));
    else console.log('  ← asks   ', JSON.stringify(inputRequests));
    if (typeof requestState !== 'string') continue;
    console.log(pc.dim(`    sealed  ${requestState.slice(0, 72)}… (${requestState.length} bytes)`));
    // The name of the method and the principal (none here) are authenticated with the state: see runtime/state-codec.ts.
    const opened = await createSealer(DEMO_KEY).open(requestState, JSON.stringify([method, '']));
    console.log(pc.dim(`    opened  ${opened}`));
  }
}

function compare(legacy: Outcome, modern: Outcome): boolean {
  let same = true;
  for (const aspect of ['result', 'asks', 'ledger'] as const) {
    const equal = isDeepStrictEqual(legacy[aspect], modern[aspect]);
    same &&= equal;
    console.log(`  ${equal ? pc.green('same     ') : pc.red('DIFFERENT')} ${aspect}`);
    console.log(pc.dim(`    2025-11-25  ${JSON.stringify(legacy[aspect])}`));
    console.log(pc.dim(`    2026-07-28  ${JSON.stringify(modern[aspect])}`));
  }
  return same;
}

async function main(): Promise<void> {
  const original = copyServer('release-assistant', join(repository, '.demo/original'));
  const migrated = copyServer('release-assistant', join(repository, '.demo/migrated'));

  title('mrtr generate --out .demo/generated');
  console.log(runMrtr(['generate', '--out', join(repository, '.demo/generated')]).output.trimEnd());

  title('The handler before');
  printFile(original);
  title('mrtr migrate .demo/migrated');
  console.log(runMrtr(['migrate', migrated, '--allow-dirty']).output.trimEnd());
  title('The handler after');
  printFile(migrated);

  compileServer(original);
  compileServer(migrated);

  let same = true;
  for (const flow of flows) {
    title(`${flow.tool}: ${flow.name}`);
    const legacy = await runLegacy(original, flow);
    const modern = await runModern(migrated, flow);
    await printExchanges(modern.exchanges);
    console.log('');
    same = compare(legacy, modern) && same;
  }
  console.log(same ? pc.green('\nEvery flow gave the same.') : pc.red('\nSomething differs.'));
  process.exitCode = same ? 0 : 1;
}

await main();
