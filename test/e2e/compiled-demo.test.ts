import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { flows, loopFlows } from '../../scripts/demo/flows.ts';
import { compileServer, copyServer, runMrtr } from '../../scripts/servers/prepare-copies.ts';
import { runOverStdio } from '../../scripts/demo/rounds-over-stdio.ts';
import { runLegacy, runModern } from '../../scripts/demo/run-flow.ts';

/** The demo server with no change to its handlers but `resumable(…)`, built with `tsc` and `mrtr compile`. */
const directory = mkdtempSync(join(tmpdir(), 'mrtr-e2e-compiled-'));
const original = join(directory, 'original');
const compiled = join(directory, 'compiled');
const uncompiled = join(directory, 'uncompiled');

beforeAll(() => {
  for (const copy of [original, compiled, uncompiled]) copyServer('release-assistant', copy);
  for (const copy of [compiled, uncompiled]) {
    expect(runMrtr(['migrate', copy, '--form', 'compiled', '--allow-dirty']).code).toBe(0);
  }
  for (const copy of [original, compiled, uncompiled]) compileServer(copy);
  runMrtr(['compile', join(compiled, 'dist')]);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the compiled server', () => {
  it.each([...flows, ...loopFlows])('over HTTP, a process per request: $tool, $name', async (flow) => {
    const { exchanges, ...modern } = await runModern(compiled, flow);
    expect(modern).toEqual(await runLegacy(original, flow));
    expect(new Set(exchanges.map(({ pid }) => pid)).size).toBe(exchanges.length);
  });

  it.each([...flows, ...loopFlows])('over stdio, a process per round: $tool, $name', async (flow) => {
    const { rounds, ...modern } = await runOverStdio(compiled, flow);
    expect(modern).toEqual(await runLegacy(original, flow));
    expect(rounds).toBe(modern.asks.length + 1);
  });

  it('serves clients at 2025-11-25 as before', async () => {
    for (const flow of [...flows, ...loopFlows]) {
      expect(await runLegacy(compiled, flow)).toEqual(await runLegacy(original, flow));
    }
  });
});

describe('the same server when the build step was forgotten', () => {
  it('serves clients at 2025-11-25', async () => {
    for (const flow of flows)
      expect(await runLegacy(uncompiled, flow)).toEqual(await runLegacy(original, flow));
  });

  it('refuses requests at 2026-07-28 and says why', async () => {
    for (const flow of flows) {
      const { result, ledger } = await runModern(uncompiled, flow);
      expect(result).toEqual({ error: expect.stringContaining('was not compiled: run "mrtr compile"') });
      expect(ledger).toEqual([]);
    }
  });
});
