import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { glob } from 'tinyglobby';
import { expect, test } from 'vitest';

import { behave, type Behaviour } from '../harness/behaviours.ts';
import { createStdioClient } from '../harness/scripted-client.ts';

/** Migrated stdio servers as their users start them, each in a process of its own: both eras give the same. */
const root = fileURLToPath(new URL('../../fixtures/servers', import.meta.url));
const servers = (await glob('*/expected/server.{ts,js}', { cwd: root }))
  .filter((path) => !/^(http|refused)-/.test(path))
  .sort();
const SCRIPT: readonly Behaviour[] = ['accept', 'decline', 'accept'];
const ARGUMENTS = { name: 'todo', topic: 'cats', path: 'a' };

/** Calls every migrated tool twice, so that what a server keeps between calls shows. */
async function record(file: string, era: 'legacy' | 'modern'): Promise<unknown> {
  const peer = await createStdioClient(['--import', 'tsx', file], era, { answers: behave(SCRIPT) });
  const { tools } = await peer.client.listTools();
  const results: unknown[] = [];
  for (const { name } of [...tools, ...tools]) {
    const { content, isError } = await peer.client.callTool({ name, arguments: ARGUMENTS });
    results.push({ name, content, isError });
  }
  const asked = peer.asked.map(({ params }) => params['message']);
  await peer.close();
  return { results, asked };
}

test.each(servers)('%s', async (expected) => {
  const original = await record(join(root, expected.replace('/expected/', '/input/')), 'legacy');
  expect(await record(join(root, expected), 'modern')).toEqual(original);
  expect(original).toHaveProperty('asked.0');
});
