/**
 * `npm run check:package`: packs the built package and looks at it as its users will: publint and arethetypeswrong on
 * the tarball, then an installation of the tarball alone, whose `mrtr` and exports must load without our dev dependencies.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(cwd: string, command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`);
  return stdout;
}

function pack(into: string): string {
  const listing = run(root, 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', into);
  const [packed] = JSON.parse(listing) as { filename: string; size: number; entryCount: number }[];
  if (packed === undefined) throw new Error('npm pack made nothing');
  console.log(`${packed.filename}: ${packed.entryCount} files, ${Math.round(packed.size / 1024)} KiB`);
  return join(into, packed.filename);
}

function installAndLoad(tarball: string, project: string): void {
  writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }\n');
  // The server SDK is a peer of mrtr/runtime: every project that uses it has it.
  run(
    project,
    'npm',
    'install',
    '--ignore-scripts',
    '--no-save',
    '--prefer-offline',
    tarball,
    '@modelcontextprotocol/server@2',
  );
  console.log(`installed mrtr ${run(project, 'npx', 'mrtr', '--version').trim()}`);
  run(
    project,
    process.execPath,
    '--input-type=module',
    '-e',
    "await import('mrtr'); await import('mrtr/runtime');",
  );
  run(
    project,
    process.execPath,
    '--no-experimental-require-module',
    '--input-type=commonjs',
    '-e',
    "require('mrtr/runtime');",
  );
}

const scratch = mkdtempSync(join(tmpdir(), 'mrtr-package-'));
try {
  const tarball = pack(scratch);
  console.log(run(root, 'npx', 'publint', '--strict', tarball).trim());
  console.log(run(root, 'npx', 'attw', tarball, '--profile', 'esm-only').trim());
  // What migrated servers import is for CommonJS projects too.
  console.log(run(root, 'npx', 'attw', tarball, '--profile', 'node16', '--entrypoints', 'runtime').trim());
  installAndLoad(tarball, scratch);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
