import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defineConfig } from 'vitest/config';

/** Tests in these folders run what the package ships, so dist/ is built first when it is stale. */
const onTheBuild = ['test/{e2e,package,play,plugin}/**/*.test.ts'];

export default defineConfig({
  // Fixtures and examples import the package by its name; tests run the sources.
  resolve: { alias: { 'mrtr/runtime': new URL('runtime/index.ts', import.meta.url).pathname } },
  test: {
    // What a run leaves for `mrtr undo` does not belong into the data directory of whoever runs the tests.
    env: { MRTR_DATA_DIR: join(tmpdir(), 'mrtr-test-data') },
    // The default leaves one core idle, which on a machine with two is half of it.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'source', include: ['test/**/*.test.ts'], exclude: onTheBuild } },
      { extends: true, test: { name: 'build', include: onTheBuild, globalSetup: ['test/build-first.ts'] } },
    ],
  },
});
