/**
 * `npm run bench:engine`: what the build step costs. First the compiler alone on every file of fixtures/resumable against
 * what esbuild and TypeScript take to transform the same files; then builds of a tree that has nothing to compile, with
 * the plugin, without, and with a plugin that does nothing. Contenders take turns, so that other load hits all of them.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build, transformSync, type Plugin } from 'esbuild';
import { rolldown } from 'rolldown';
import { globSync } from 'tinyglobby';

import { compile } from '../engine/compiled/compile.ts';
import { ts } from '../engine/syntax/ts.ts';
import { mrtr as esbuildPlugin } from '../plugin/bundlers/esbuild.ts';
import { SCRIPT, unplugin } from '../plugin/unplugin.ts';

const ROUNDS = 41;
/** The first rounds only make the engine compile the contenders. */
const WARMUP_ROUNDS = 5;
const TREE_SIZE = 400;
const WIDTH = 34;

const root = fileURLToPath(new URL('..', import.meta.url));

interface Input {
  readonly path: string;
  readonly text: string;
}

const TRANSFORMS: Readonly<Record<string, (input: Input) => unknown>> = {
  'mrtr compile()': ({ path, text }) => compile(text, { filename: path }),
  'esbuild transform': ({ path, text }) =>
    transformSync(text, { loader: 'ts', sourcefile: path, sourcemap: 'external' }),
  'TypeScript transpileModule': ({ path, text }) =>
    ts.transpileModule(text, {
      fileName: path,
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        sourceMap: true,
      },
    }),
};

/** Milliseconds of each contender in its best round: what else runs only makes one slower. They go first in turn. */
async function race(contenders: readonly (() => unknown)[]): Promise<readonly number[]> {
  const samples = contenders.map((): number[] => []);
  for (let round = 0; round < ROUNDS + WARMUP_ROUNDS; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const index = (round + turn) % contenders.length;
      const start = performance.now();
      // oxlint-disable-next-line no-await-in-loop -- one at a time is the point
      await contenders[index]?.();
      if (round >= WARMUP_ROUNDS) samples[index]?.push(performance.now() - start);
    }
  }
  return samples.map((times) => Math.min(...times));
}

async function compareTransforms(): Promise<void> {
  const paths = globSync('fixtures/resumable/**/*.ts', { cwd: root }).sort();
  const inputs = paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  const functions = inputs.reduce(
    (sum, { path, text }) => sum + compile(text, { filename: path }).manifest.length,
    0,
  );
  const names = Object.keys(TRANSFORMS);
  console.log(`milliseconds per file; ${inputs.length} files, ${functions} marked functions`);
  console.log(`${''.padEnd(WIDTH)}${names.map((name) => name.padStart(28)).join('')}`);
  const runs = Object.values(TRANSFORMS);
  const row = (title: string, times: readonly number[]): void =>
    console.log(`${title.padEnd(WIDTH)}${times.map((time) => time.toFixed(2).padStart(28)).join('')}`);
  for (const input of inputs)
    row(input.path.replace('fixtures/resumable/', ''), await race(runs.map((run) => () => run(input))));
  const total = await race(runs.map((run) => () => inputs.forEach(run)));
  row('all of them', total);
  const [own = 0, ...others] = total;
  const ratios = others.map((time, index) => `${(own / time).toFixed(2)} × ${names[index + 1] ?? ''}`);
  console.log(`compile() takes ${ratios.join(', ')}`);
}

/** A tree of modules that import each other and ask nobody. */
function writeTree(dir: string): string {
  mkdirSync(join(dir, 'src'));
  const work = Array.from(
    { length: 40 },
    (_, n) => `export const f${n} = (x: number): number => x * ${n} + 1;`,
  );
  for (let n = 0; n < TREE_SIZE; n++)
    writeFileSync(
      join(dir, `src/m${n}.ts`),
      `${work.join('\n')}\nexport const name: string = 'module ${n}';\n`,
    );
  const lines = Array.from({ length: TREE_SIZE }, (_, n) => `export * as m${n} from './m${n}.ts';`);
  const entry = join(dir, 'src/main.ts');
  writeFileSync(entry, lines.join('\n'));
  return entry;
}

async function compareBuilds(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'mrtr-bench-'));
  try {
    const entry = writeTree(dir);
    const bundle = (plugins: NonNullable<Parameters<typeof build>[0]['plugins']>) => () =>
      build({ entryPoints: [entry], bundle: true, format: 'esm', write: false, plugins });
    const roll = (plugins: NonNullable<Parameters<typeof rolldown>[0]>['plugins']) => async () => {
      const made = await rolldown({ input: entry, plugins });
      await made.generate();
      await made.close();
    };
    console.log(`\nmilliseconds to bundle ${TREE_SIZE} modules that have nothing to compile`);
    report('esbuild', await race([bundle([]), bundle([idle]), bundle([esbuildPlugin()])]));
    report('Rolldown', await race([roll([]), roll([{ name: 'idle' }]), roll([unplugin.rolldown()])]));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A plugin that is asked for the same files and does nothing: what esbuild charges for having one. */
const idle: Plugin = {
  name: 'idle',
  setup: (build) => build.onLoad({ filter: SCRIPT, namespace: 'file' }, () => undefined),
};

function report(name: string, [without = 0, ...others]: readonly number[]): void {
  const figures = others.map((time, index) => {
    const change = (time / without - 1) * 100;
    const contender = index === 0 ? 'an idle plugin' : 'ours';
    return `${time.toFixed(1)} with ${contender} (${change >= 0 ? '+' : ''}${change.toFixed(1)} %)`;
  });
  console.log(`${name.padEnd(WIDTH)}${without.toFixed(1)} without a plugin, ${figures.join(', ')}`);
}

await compareTransforms();
await compareBuilds();
