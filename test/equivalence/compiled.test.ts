import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { glob } from 'tinyglobby';
import { beforeAll, describe, expect, test } from 'vitest';

import { behave, ENOUGH } from '../harness/behaviours.ts';
import { CompiledFixtures } from '../harness/compile-fixture.ts';
import { DistinctScripts } from '../harness/distinct-scripts.ts';
import { record, SCRIPTS, WORLDS, type FixtureModule } from '../harness/record-fixture.ts';
import { createLegacyClient, createModernClient } from '../harness/scripted-client.ts';

/**
 * The same contract for compiled handlers, those that the codemod leaves alone included, in both eras. What cannot be
 * carried is refused: by the compiler, or in the round in which it would be lost.
 */
const REFUSED: Readonly<Record<string, RegExp>> = {
  // It is a member of an object that is made in each call.
  'helpers/passed-through': /#rename is not reachable by name from the handler that called it/,
  'helpers/static-and-private-methods':
    /The ask `\w+` \(elicitation\/create\) is awaited by code that is not compiled/,
  'refused/in-callbacks': /The ask `\w+` \(elicitation\/create\) is awaited by code that is not compiled/,
  'refused/one-of-two-tools': /A loop that asks can iterate arrays/,
  'shapes/passed-through': /The ask `\w+` \(elicitation\/create\) is awaited by code that is not compiled/,
  'shapes/promise-chains': /The ask `\w+` \(elicitation\/create\) is awaited by code that is not compiled/,
  'refused/class-and-function-in-handler':
    /`Counter` of .* is needed after the ask `\w+` but cannot be carried/,
  'refused/not-serializable': /`watcher` of .* is needed after the ask `\w+` but cannot be carried/,
};
/** They throw for URLs, which ends the call in the legacy era and the round in the modern one. */
const WITH_URLS = new Set(['refused/url-error', 'urls/required']);
/** It asks when no request is open: only the legacy era has a place for that, as MRTR1006 says. */
const OUTSIDE_OF_REQUESTS = 'refused/not-in-a-request';
const root = fileURLToPath(new URL('../../fixtures/handlers', import.meta.url));
const cases = (await glob('**/input.ts', { cwd: root })).map((input) => dirname(input)).sort();

/** Some fixtures show when they ran. */
function withoutTimes(shown: unknown): unknown {
  return JSON.parse(JSON.stringify(shown).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'));
}

let fixtures: CompiledFixtures;
beforeAll(() => {
  fixtures = new CompiledFixtures(cases);
});

const isCompared = (name: string): boolean =>
  !(name in REFUSED) && !WITH_URLS.has(name) && name !== OUTSIDE_OF_REQUESTS;

describe.each(cases.filter(isCompared))('%s', (name) => {
  let input: FixtureModule;
  let compiled: FixtureModule;
  beforeAll(async () => {
    input = (await import(`${root}/${name}/input.ts`)) as FixtureModule;
    compiled = await fixtures.load(name);
  });

  test.each(Object.entries(WORLDS))('in a %s world', async (_, large) => {
    const scripts = new DistinctScripts();
    for (const script of SCRIPTS) {
      if (scripts.repeats(script)) continue;
      const legacy = (factory: FixtureModule['createServer']): ReturnType<typeof record> =>
        record(() => createLegacyClient(factory, { answers: behave(script) }), large);
      const original = await legacy(input.createServer);
      scripts.add(script, original);
      const modern = await record(
        () => createModernClient(compiled.createServer, { answers: behave(script) }),
        large,
      );
      // A client that runs out of answers fails, which the server of the modern era never learns.
      if (original.asks.length > ENOUGH) continue;
      expect(withoutTimes(modern), script.join(', ')).toEqual(withoutTimes(original));
      expect(withoutTimes(await legacy(compiled.createServer)), script.join(', ')).toEqual(
        withoutTimes(original),
      );
    }
  });
});

test.each(Object.entries(REFUSED))('%s is refused', async (name, reason) => {
  const refusal = async (): Promise<unknown> => {
    const { createServer } = await fixtures.load(name);
    const { outcomes } = await record(
      () => createModernClient(createServer, { answers: behave(['accept']) }),
      true,
    );
    return outcomes;
  };
  const shown = await refusal().then(JSON.stringify, String);
  expect(shown).toMatch(reason);
});
