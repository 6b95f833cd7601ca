import { expect, test } from 'vitest';

import {
  createScratchServer,
  drive,
  EXPECTED,
  ourFile,
  runMrtr,
  runNode,
  tsConfig,
} from './scratch-server.ts';

const INLINE = { sourceMap: false, inlineSourceMap: true, inlineSources: true };

test.each([
  ['TypeScript 5.9', 'CommonJS', 'typescript5', 'commonjs', { noCheck: true }],
  ['TypeScript 6', 'ES modules, checked', 'typescript', 'module', {}],
  ['TypeScript 6', 'inline source maps', 'typescript', 'module', { ...INLINE, noCheck: true }],
  ['TypeScript 7', 'ES modules', 'typescript7', 'module', { noCheck: true }],
  ['TypeScript 7', 'CommonJS', 'typescript7', 'commonjs', { noCheck: true }],
])('mrtr compile after %s, %s', async (_name, _format, typescript, type, options) => {
  const dir = createScratchServer({
    'package.json': JSON.stringify({ name: 'scratch', type }),
    'tsconfig.json': tsConfig(options),
  });
  await runNode(dir, ourFile(`${typescript}/bin/tsc`), '-p', '.');
  expect(await runMrtr(dir, 'compile', 'dist')).toBe(
    '  dist/confirm.js: confirm\n  dist/server.js: publish\n2 functions in 2 files compiled\n',
  );
  await expect(drive(dir, 'dist/server.js')).resolves.toEqual(EXPECTED);
});

test('mrtr compile --out before the compiler', async () => {
  const dir = createScratchServer({
    'tsconfig.json': tsConfig({ noCheck: true, rootDir: 'build' }, { include: ['build'] }),
  });
  await runMrtr(dir, 'compile', 'src', '--out', 'build');
  await runNode(dir, ourFile('typescript/bin/tsc'), '-p', '.');
  await expect(drive(dir, 'dist/server.js')).resolves.toMatchObject({ asked: EXPECTED.asked });
});

test('without the build step the server refuses modern requests and says what to do', async () => {
  const dir = createScratchServer({ 'tsconfig.json': tsConfig({ noCheck: true }) });
  await runNode(dir, ourFile('typescript/bin/tsc'), '-p', '.');
  const { asked, answer } = await drive(dir, 'dist/server.js');
  expect([asked, answer]).toEqual([0, expect.stringContaining('mrtr compile')]);
});
