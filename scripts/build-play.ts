/**
 * Builds the page of `mrtr play` into dist/play, compressed: the page, its script, and the worker with the engine. Needs
 * dist/runtime, whose declarations the page checks sources against.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

import { build } from 'esbuild';
import type { BuildOptions } from 'esbuild';

import { FLOW_STYLE, THEME_STYLE } from '../cli/reporters/html/page-style.ts';
import { EXAMPLES } from '../play/examples/catalogue.ts';
import { collectTypes } from './play/collect-types.ts';
import { printLicenses } from './play/print-licenses.ts';
import { trimLibraries } from './play/trim-libraries.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'dist/play');

/** What the engine takes from Node, as the page has it. */
const PLATFORM = {
  alias: {
    'node:path': 'path-browserify',
    'node:crypto': join(root, 'play/platform/node-crypto.ts'),
    'node:util': join(root, 'play/platform/node-util.ts'),
  },
  inject: [join(root, 'play/platform/process.ts')],
} satisfies BuildOptions;

interface Bundle {
  readonly text: string;
  /** Paths relative to the root. */
  readonly inputs: readonly string[];
}

async function bundle(entry: string, options: BuildOptions): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2023',
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
    write: false,
    metafile: true,
  });
  return { text: outputFiles[0]?.text ?? '', inputs: Object.keys(metafile.inputs) };
}

function constant(name: string, value: unknown): NonNullable<BuildOptions['banner']> {
  return { js: `globalThis.${name}=${JSON.stringify(value)};` };
}

/** A level below the best ones, which need ten times as long for a tenth less. */
function compress(text: string): Uint8Array {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN } = constants;
  return brotliCompressSync(text, { params: { [BROTLI_PARAM_QUALITY]: 9, [BROTLI_PARAM_LGWIN]: 24 } });
}

function printPage(): string {
  const style = THEME_STYLE + FLOW_STYLE + readFileSync(join(root, 'play/page/page.css'), 'utf8');
  return readFileSync(join(root, 'play/page/page.html'), 'utf8').replace('/* style */', () => style);
}

const analysis = await bundle('play/analysis/worker.ts', {
  ...PLATFORM,
  plugins: [trimLibraries],
  banner: constant('packageTypes', collectTypes(root)),
});
// The SDK and the runtime bring what they need of the host along: what is injected into the engine is not for them.
const server = await bundle('play/server/worker.ts', {
  // The SDK's JSON Schema validator resolves references against where its script lies, and a blob lies nowhere.
  define: { 'self.location': 'undefined' },
});
const examples = EXAMPLES.map(({ file, title }) => ({
  title,
  text: readFileSync(join(root, 'play/examples', file), 'utf8'),
}));
const page = await bundle('play/page/main.ts', {
  ...PLATFORM,
  format: 'esm',
  banner: constant('playAssets', { examples, serverScript: server.text }),
});

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const assets = { 'page.html': printPage(), 'page.js': page.text, 'analysis.js': analysis.text };
for (const [name, text] of Object.entries(assets)) writeFileSync(join(out, `${name}.br`), compress(text));
const inputs = [analysis, server, page].flatMap((one) => one.inputs);
writeFileSync(join(out, 'LICENSES.txt'), printLicenses(root, inputs));
