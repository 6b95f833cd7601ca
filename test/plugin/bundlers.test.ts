import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { linkPackages } from '../codemods/project/temporary-project.ts';
import { createScratchServer, drive, EXPECTED, ourFile, runNode } from './scratch-server.ts';

const run = promisify(execFile);
const external = JSON.stringify(['mrtr/runtime', '@modelcontextprotocol/server', 'zod']);

/** Rollup and webpack read no TypeScript: these stand in for their plugins that do, after ours. */
const TYPESCRIPT_PLUGIN = `{
  name: 'typescript',
  resolveId: (id, importer) => (id === './confirm.js' ? importer.replace('server.ts', 'confirm.ts') : null),
  transform: (code, id) => transform(code, { loader: 'ts', sourcemap: 'external', sourcefile: id }),
}`;
const TYPESCRIPT_LOADER = `const { transformSync } = require('esbuild');
module.exports = function (text, map) {
  const url = 'data:application/json;base64,' + Buffer.from(JSON.stringify(map)).toString('base64');
  const options = { loader: 'ts', sourcemap: 'external', sourcefile: this.resourcePath };
  const result = transformSync(map ? text + '\\n//# sourceMappingURL=' + url : text, options);
  this.callback(null, result.code, JSON.parse(result.map));
};`;

/** What a maintainer writes into the build script of a project; each writes dist/server.mjs. */
const SCRIPTS: Readonly<Record<string, string>> = {
  vite: `import { build } from 'vite';
    import { mrtr } from 'mrtr/vite';
    const lib = { entry: 'src/server.ts', formats: ['es'], fileName: () => 'server.mjs' };
    const options = { lib, sourcemap: true, minify: false, rollupOptions: { external: ${external} } };
    await build({ logLevel: 'error', configFile: false, plugins: [mrtr()], build: options });`,
  rollup: `import { rollup } from 'rollup';
    import { transform } from 'esbuild';
    import { mrtr } from 'mrtr/rollup';
    const plugins = [mrtr(), ${TYPESCRIPT_PLUGIN}];
    const bundle = await rollup({ input: 'src/server.ts', plugins, external: ${external} });
    await bundle.write({ file: 'dist/server.mjs', sourcemap: true });`,
  rolldown: `import { build } from 'rolldown';
    import { mrtr } from 'mrtr/rolldown';
    const output = { file: 'dist/server.mjs', sourcemap: true };
    await build({ input: 'src/server.ts', plugins: [mrtr()], external: ${external}, logLevel: 'warn', output });`,
  esbuild: `import { build } from 'esbuild';
    import { mrtr } from 'mrtr/esbuild';
    const entry = { entryPoints: ['src/server.ts'], outfile: 'dist/server.mjs', external: ${external} };
    await build({ ...entry, bundle: true, format: 'esm', platform: 'node', sourcemap: true, plugins: [mrtr()] });`,
  webpack: webpackScript('webpack', ['./typescript-loader.cjs'], `[mrtr()]`),
  rspack: webpackScript('@rspack/core', ['./typescript-loader.cjs'], `[mrtr()]`),
  // Loaders run from the last to the first.
  loader: webpackScript('webpack', ['./typescript-loader.cjs', 'mrtr/loader'], `[]`),
};

function webpackScript(bundler: string, loaders: readonly string[], plugins: string): string {
  return `import bundler from '${bundler}';
    import { mrtr } from 'mrtr/${bundler === 'webpack' ? 'webpack' : 'rspack'}';
    const compiler = bundler({
      mode: 'production', target: 'node', devtool: 'source-map', entry: './src/server.ts', plugins: ${plugins},
      context: process.cwd(), externalsType: 'module', externals: ${external},
      optimization: { minimize: false }, resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
      module: { rules: [{ test: /\\.ts$/, use: ${JSON.stringify(loaders)} }] },
      output: { path: process.cwd() + '/dist', filename: 'server.mjs', module: true, library: { type: 'module' } },
      experiments: { outputModule: true },
    });
    const stats = await new Promise((done, fail) => compiler.run((error, stats) => (error ? fail(error) : done(stats))));
    if (stats.hasErrors()) throw new Error(stats.toString());`;
}

const BUN = `import { mrtr } from 'mrtr/bun';
  const entry = { entrypoints: ['src/server.ts'], outdir: 'dist', naming: 'server.mjs', external: ${external} };
  await Bun.build({ ...entry, target: 'node', sourcemap: 'linked', plugins: [mrtr()] });`;

function createProject(script: string): string {
  const dir = createScratchServer({ 'build.mjs': script, 'typescript-loader.cjs': TYPESCRIPT_LOADER });
  const names = ['vite', 'rollup', 'rolldown', 'esbuild', 'webpack', '@rspack/core'];
  linkPackages(dir, Object.fromEntries(names.map((name) => [name, name])));
  return dir;
}

test.each(Object.entries(SCRIPTS))(
  'mrtr/%s builds a server that works over rounds',
  async (_bundler, script) => {
    const dir = createProject(script);
    await runNode(dir, 'build.mjs');
    await expect(drive(dir, 'dist/server.mjs')).resolves.toEqual(EXPECTED);
  },
);

test('mrtr/bun builds a server that works over rounds', async () => {
  const dir = createProject(BUN);
  await run(ourFile('bun/bin/bun.exe'), ['build.mjs'], { cwd: dir });
  const { asked, answer } = await drive(dir, 'dist/server.mjs');
  // Bun does not read the source maps of its input, so the place in the source is not known here.
  const { place: _place, ...told } = JSON.parse(EXPECTED.answer) as Record<string, unknown>;
  expect([asked, JSON.parse(answer)]).toEqual([EXPECTED.asked, expect.objectContaining(told)]);
});

test.each(['esbuild', 'rspack', 'loader'])(
  'mrtr/%s fails the build when a marked function cannot be compiled, and says where',
  async (bundler) => {
    const dir = createProject(SCRIPTS[bundler] ?? '');
    const text = `import { resumable } from 'mrtr/runtime';\nexport const createServer = resumable(elsewhere);\n`;
    writeFileSync(join(dir, 'src/server.ts'), text);
    await expect(runNode(dir, 'build.mjs')).rejects.toThrow(/src\/server\.ts:2:3[89]\b.*MRTR1503: /);
  },
);
