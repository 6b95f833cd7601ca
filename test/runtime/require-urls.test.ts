import { afterEach, beforeAll, describe, expect, test } from 'vitest';

import { createServer as createMigrated } from '../../fixtures/handlers/urls/required/expected.ts';
import { createServer as createOriginal } from '../../fixtures/handlers/urls/required/input.ts';
import { effects } from '../../fixtures/handlers/support.ts';
import { CompiledFixtures } from '../harness/compile-fixture.ts';
import type { FixtureModule } from '../harness/record-fixture.ts';
import {
  accept,
  createLegacyClient,
  createModernClient,
  decline,
  type Script,
  type ScriptedClient,
} from '../harness/scripted-client.ts';

const before = effects.current;
afterEach(() => {
  effects.current = before;
});

/** A world in which the user has signed in at the `when`-th look. */
function signsIn(when: number): unknown[] {
  const log: unknown[] = [];
  let looks = 0;
  effects.current = {
    call: (name) => {
      log.push(name);
      if (name === 'size') return 7;
      return name === 'exists' ? ++looks >= when : undefined;
    },
  };
  return log;
}

async function call(peer: ScriptedClient, name: string): Promise<unknown> {
  const outcome = await peer.client.callTool({ name, arguments: { path: 'notes.md' } }).catch(toData);
  await peer.close();
  return outcome;
}

function toData(error: unknown): unknown {
  const { code, message, data } = error as { code?: number; message?: string; data?: unknown };
  return { code, message, data };
}

let compiled: FixtureModule['createServer'];
beforeAll(async () => {
  compiled = (await new CompiledFixtures(['urls/required']).load('urls/required')).createServer;
});

const modern = (answers: Script): Promise<ScriptedClient> => createModernClient(createMigrated, { answers });

test('legacy clients get the same error', async () => {
  signsIn(9);
  const original = await call(await createLegacyClient(createOriginal), 'publish');
  const migrated = await call(await createLegacyClient(createMigrated), 'publish');
  expect(migrated).toEqual(original);
  expect(migrated).toMatchObject({
    code: -32042,
    data: { elicitations: [{ elicitationId: 'sign-in-notes.md', url: 'https://example.com/sign-in' }] },
  });
});

test('modern clients open the URL and the handler starts anew', async () => {
  const log = signsIn(3);
  const peer = await modern({ elicit: [accept(), accept()] });
  expect(await call(peer, 'publish')).toMatchObject({ content: [{ text: 'published notes.md' }] });
  const asked = { mode: 'url', message: 'Sign in to publish', url: 'https://example.com/sign-in' };
  expect(peer.asked.map(({ params }) => params)).toMatchObject([asked, asked]);
  expect(log).toEqual(['audit', 'exists', 'audit', 'exists', 'audit', 'exists', 'write']);
});

test('a URL that is declined ends the call', async () => {
  signsIn(9);
  const peer = await modern({ elicit: [decline()] });
  expect(await call(peer, 'publish')).toMatchObject({ isError: true, content: [{ text: 'Sign in first' }] });
  expect(peer.asked).toHaveLength(1);
});

/** Both ask before they throw for URLs. */
describe.each([
  ['migrated', () => createMigrated],
  ['compiled', () => compiled],
])('a %s handler that asks', (_, factory) => {
  const confirm = accept({ ok: true });
  const serve = (answers: Script): Promise<ScriptedClient> => createModernClient(factory(), { answers });

  test('asks everything again after the URLs, as by a new call', async () => {
    signsIn(2);
    const peer = await serve({ elicit: [confirm, accept(), accept(), confirm] });
    expect(await call(peer, 'retract')).toMatchObject({ content: [{ text: 'retracted 7 bytes' }] });
    expect(peer.asked.map(({ params }) => params['message'])).toEqual([
      'Retract 7 bytes?',
      'Sign in to retract',
      'Allow 7 bytes',
      'Retract 7 bytes?',
    ]);
  });

  test('sends legacy clients the same error', async () => {
    const serveLegacy = (create: FixtureModule['createServer']): Promise<ScriptedClient> =>
      createLegacyClient(create, { answers: { elicit: [confirm] } });
    signsIn(9);
    const original = await call(await serveLegacy(createOriginal), 'retract');
    signsIn(9);
    expect(await call(await serveLegacy(factory()), 'retract')).toEqual(original);
    expect(original).toMatchObject({ code: -32042 });
  });
});
