import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { glob } from 'tinyglobby';
import { describe, expect, test } from 'vitest';

import { behave } from '../harness/behaviours.ts';
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
  test.each(SCRIPTS.map((script) => [script.join(', '), script] as const))('%s', async (_, script) => {
    const load = (file: string): Promise<FixtureModule> =>
      import(pathToFileURL(join(root, name, file)).href) as Promise<FixtureModule>;
    const [input, expected] = [await load('input.ts'), await load('expected.ts')];
    for (const large of Object.values(WORLDS)) {
      const original = await record(
        () => createLegacyClient(input.createServer, { answers: behave(script) }),
        large,
      );
      const rewritten = await record(
        () => createModernClient(expected.createServer, { answers: behave(script) }),
        large,
      );
      expect(original.asks.length, 'the fixture asks nothing').toBeGreaterThan(large ? 0 : -1);
      expect(rewritten).toEqual(original);
    }
  });
});
