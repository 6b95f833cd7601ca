import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { ClientCapabilities } from '@modelcontextprotocol/client';
import { beforeAll, describe, expect, test } from 'vitest';

import { behave } from '../harness/behaviours.ts';
import { loadResumable } from '../harness/compile-fixture.ts';
import { DistinctScripts } from '../harness/distinct-scripts.ts';
import { record, SCRIPTS, WORLDS, type FixtureModule } from '../harness/record-fixture.ts';
import { createLegacyClient, createModernClient, type ScriptedOptions } from '../harness/scripted-client.ts';

/**
 * Servers written with `resumable(…)`. As they stand they serve the legacy era; compiled they do the same in both eras,
 * on the modern one with a new server for every round.
 */
const root = fileURLToPath(new URL('../../fixtures/resumable', import.meta.url));
const cases = readdirSync(root).filter((name) => !name.startsWith('.'));

const CLIENTS: Readonly<Record<string, ClientCapabilities | undefined>> = {
  'able client': undefined,
  'client without forms': { sampling: {}, elicitation: { url: {} } },
};

/** When one of several asks cannot be made, the others are not made either: their answers would be thrown away. */
const PARALLEL = new Set(['batch']);

describe.each(cases)('%s', (name) => {
  let source: FixtureModule;
  let compiled: FixtureModule;
  beforeAll(async () => {
    source = (await import(join(root, name, 'server.ts'))) as FixtureModule;
    compiled = await loadResumable(join(root, name));
  });

  const clients = Object.entries(CLIENTS).slice(0, PARALLEL.has(name) ? 1 : undefined);
  describe.each(clients)('%s', (_client, capabilities) => {
    test.each(Object.entries(WORLDS))('in a %s world', async (_, large) => {
      const scripts = new DistinctScripts();
      for (const script of SCRIPTS) {
        if (scripts.repeats(script)) continue;
        const options = (): ScriptedOptions => ({
          answers: behave(script),
          ...(capabilities === undefined ? {} : { capabilities }),
        });
        const original = await record(() => createLegacyClient(source.createServer, options()), large);
        scripts.add(script, original);
        const modern = await record(() => createModernClient(compiled.createServer, options()), large);
        const legacy = await record(() => createLegacyClient(compiled.createServer, options()), large);
        expect(modern, script.join(', ')).toEqual(original);
        expect(legacy, script.join(', ')).toEqual(original);
      }
    });
  });
});
