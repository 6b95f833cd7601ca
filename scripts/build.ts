/**
 * `npm run build`: sources → dist/, which is what the package ships.
 *   --if-stale  does nothing when no input changed since the last build (the end-to-end tests start with this)
 *   --no-check  emits without type-checking (the tests do not repeat what `npm run typecheck` does)
 *   --clean     removes dist/ first
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build as bundle } from 'rolldown';
import { globSync } from 'tinyglobby';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stampFile = join(dist, '.build-stamp');

function run(script: string, ...args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [...process.execArgv, script, ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status === 0) return;
  console.error(`build: ${script} failed`);
  process.exit(1);
}

/** A digest of names, sizes and times of everything the build reads. */
function computeStamp(): string {
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8')) as {
    include: string[];
  };
  const inputs = globSync(
    [...include, 'play', 'scripts', 'docs/diagnostics', 'package-lock.json', 'tsconfig*.json'],
    { cwd: root },
  );
  const hash = createHash('sha256');
  for (const path of inputs.filter((input) => !input.endsWith('.gen.ts')).sort()) {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function isUpToDate(): boolean {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === computeStamp();
}

/**
 * `mrtr/runtime` for `require`: as one file, so that it gets the SDK's CommonJS build as the project does, whose classes
 * are other ones than those of its ES modules. What it shares with the ES modules of a process is in `processWide`.
 */
async function buildCommonJs(): Promise<void> {
  const out = join(dist, 'cjs');
  rmSync(out, { recursive: true, force: true });
  await bundle({
    input: join(dist, 'runtime/index.js'),
    external: /^@modelcontextprotocol\//,
    platform: 'neutral',
    output: {
      file: join(out, 'runtime/index.js'),
      format: 'cjs',
      banner: `/*! Contains devalue, MIT license. */`,
    },
  });
  for (const path of globSync('runtime/**/*.d.ts', { cwd: dist })) cpSync(join(dist, path), join(out, path));
  writeFileSync(join(out, 'package.json'), '{ "type": "commonjs" }\n');
}

async function build(): Promise<void> {
  const checking = process.argv.includes('--no-check') ? ['--noCheck'] : [];
  const stamp = computeStamp();
  rmSync(stampFile, { force: true });
  mkdirSync(dist, { recursive: true });
  run('scripts/gen-diagnostics.ts');
  run(
    join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc'),
    '-p',
    'tsconfig.build.json',
    ...checking,
  );
  for (const path of globSync('templates/verbatim/**', { cwd: root }))
    cpSync(join(root, path), join(dist, path));
  run('scripts/embed-schemas.ts');
  await buildCommonJs();
  run('scripts/build-play.ts');
  writeFileSync(stampFile, stamp);
}

if (process.argv.includes('--clean')) rmSync(dist, { recursive: true, force: true });
if (!process.argv.includes('--if-stale') || !isUpToDate()) await build();
