import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { ClientUnderTest, Seen } from './client-under-test.ts';
import type { InstalledClients } from './install-clients.ts';

const DRIVER = fileURLToPath(new URL('ai-sdk-driver.mjs', import.meta.url));

/** The client of the AI SDK, which has a protocol implementation of its own. It answers forms and nothing else. */
export function aiSdkClient({ directory, node, versions }: InstalledClients): ClientUnderTest {
  return {
    name: '@ai-sdk/mcp',
    version: versions['@ai-sdk/mcp'],
    answers: new Set(['form']),
    eras: ['2025-11-25', '2026-07-28'],
    run: async (target, era, flow) => {
      const server = target.transport === 'stdio' ? { ...target, command: process.execPath } : target;
      const input = JSON.stringify({ server, era, flow });
      const options = { input, encoding: 'utf8', cwd: directory, timeout: 60_000 } as const;
      const { status, stdout, stderr } = spawnSync(node, [DRIVER, directory], options);
      if (status !== 0) throw new Error(`${DRIVER}:\n${stderr}`);
      return Promise.resolve(JSON.parse(stdout) as Seen);
    },
  };
}
