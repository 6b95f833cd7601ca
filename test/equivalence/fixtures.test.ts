import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { glob } from 'tinyglobby';
import { describe, expect, test } from 'vitest';

import { behave } from '../harness/behaviours.ts';
import { DistinctScripts } from '../harness/distinct-scripts.ts';
import { record, SCRIPTS, WORLDS, type FixtureModule } from '../harness/record-fixture.ts';
import { createLegacyClient, createModernClient } from '../harness/scripted-client.ts';

/**
 * The contract: the migrated handler on the modern era, with a fresh server for every round, asks the same, does the
 * same effects, each once and in the same order, and gives the same result as the original one on the legacy era.
 */
const root = fileURLToPath(new URL('../../fixtures/handlers', import.meta.url));
const cases = (await glob('**/input.ts', { cwd: root })).map((input) => dirname(input)).sort();
// A server with a handler that was refused cannot serve that one on the modern era. An error that asks for URLs ends the
// call in the legacy era and the round in the modern one; test/runtime/require-urls.test.ts compares those.
const migrated = cases.filter(
  (name) => !/^(refused|urls)\//.test(name) && existsSync(join(root, name, 'expected.ts')),
);

describe.each(migrated)('%s', (name) => {
  test.each(Object.entries(WORLDS))('in a %s world', async (_, large) => {
    const load = (file: string): Promise<FixtureModule> =>
      import(pathToFileURL(join(root, name, file)).href) as Promise<FixtureModule>;
    const [input, expected] = [await load('input.ts'), await load('expected.ts')];
    const scripts = new DistinctScripts();
    for (const script of SCRIPTS) {
      if (scripts.repeats(script)) continue;
      const original = await record(
        () => createLegacyClient(input.createServer, { answers: behave(script) }),
        large,
      );
      scripts.add(script, original);
      const rewritten = await record(
        () => createModernClient(expected.createServer, { answers: behave(script) }),
        large,
      );
      expect(original.asks.length, 'the fixture asks nothing').toBeGreaterThan(large ? 0 : -1);
      expect(rewritten, script.join(', ')).toEqual(original);
    }
  });
});
