import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { linkPackages } from '../codemods/project/temporary-project.ts';
import { createScratchServer, drive, EXPECTED, ourFile, runNode, tsConfig } from './scratch-server.ts';

const run = promisify(execFile);
const REGISTER = ['--import', 'mrtr/register'];
const TSX = ['--import', 'tsx'];

test.each(['module', 'commonjs'])('plain Node.js with the output of tsc, %s', async (type) => {
  const dir = createScratchServer({
    'package.json': JSON.stringify({ name: 'scratch', type }),
    'tsconfig.json': tsConfig({
      noCheck: true,
      sourceMap: false,
      inlineSourceMap: true,
      inlineSources: true,
    }),
  });
  await runNode(dir, ourFile('typescript7/bin/tsc'), '-p', '.');
  await expect(drive(dir, 'dist/server.js', ...REGISTER)).resolves.toEqual(EXPECTED);
});

test.each([
  ['ES modules', 'module', [...TSX, ...REGISTER]],
  ['ES modules, the other way round', 'module', [...REGISTER, ...TSX]],
  ['CommonJS', 'commonjs', [...TSX, ...REGISTER]],
])('tsx, %s', async (_format, type, options) => {
  const dir = createScratchServer({ 'package.json': JSON.stringify({ name: 'scratch', type }) });
  linkPackages(dir, { tsx: 'tsx' });
  await expect(drive(dir, 'src/server.ts', ...options)).resolves.toEqual(EXPECTED);
});

test('a function that cannot be compiled is reported, and the program runs', async () => {
  const text = `import { resumable } from 'mrtr/runtime';\nconst f = async () => 1;\nconsole.log(await resumable(f)());\n`;
  const dir = createScratchServer({ 'main.mjs': text });
  const { stdout, stderr } = await run(process.execPath, [...REGISTER, 'main.mjs'], { cwd: dir });
  expect([stdout, stderr]).toEqual(['1\n', expect.stringContaining('main.mjs:3:29 - error MRTR1503: ')]);
});
