/** Size of the generated checks as a module, and how much longer a fresh process takes to import it than an empty one. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

import type { SchemaModel } from '../generator/model/build-model.ts';
import { printValidatorsModule } from '../test/generator/load-validators.ts';

const PROCESSES = 31;

export async function measureModule(model: SchemaModel): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'mrtr-bench-'));
  try {
    const whole = join(directory, 'validators.mjs');
    const onlyIs = join(directory, 'is.mjs');
    const empty = join(directory, 'empty.mjs');
    writeFileSync(whole, printValidatorsModule(model));
    writeFileSync(empty, 'export {};');
    // What a bundler leaves of the module for a program that uses `is` alone, all of it.
    const stdin = { contents: `export { is } from ${JSON.stringify(whole)};`, resolveDir: directory };
    await build({ stdin, bundle: true, minify: true, format: 'esm', outfile: onlyIs });
    const { size, compressed } = sizeOf(onlyIs);
    console.log(`\`is\` alone, bundled and minified: ${size} bytes, ${compressed} with gzip`);
    const [base = NaN, is = NaN, all = NaN] = timeImports([empty, onlyIs, whole]);
    console.log(
      `import in a fresh process: empty module ${base.toFixed(2)} ms, \`is\` +${(is - base).toFixed(2)} ms, \`is\` and \`parse\` +${(all - base).toFixed(2)} ms`,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function sizeOf(path: string): { size: number; compressed: number } {
  const bytes = readFileSync(path);
  return { size: bytes.length, compressed: gzipSync(bytes, { level: 9 }).length };
}

/** Milliseconds, one per module, of the best of many processes; the modules take turns. */
function timeImports(paths: readonly string[]): number[] {
  const samples = paths.map((): number[] => []);
  for (let round = 0; round < PROCESSES; round++)
    for (const [index, path] of paths.entries()) samples[index]?.push(timeImport(path));
  return samples.map((times) => Math.min(...times));
}

function timeImport(path: string): number {
  const url = JSON.stringify(pathToFileURL(path).href);
  const script = `const start = performance.now(); await import(${url}); console.log(performance.now() - start);`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}
