/**
 * `npm run fuzz:mutants -- [programs] [name part]`: plants mistakes in a copy of the engine, one at a time, and looks
 * whether the random handlers find each within a number of programs.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { mutants } from '../test/fuzz/mutants.ts';
import type { Mutant } from '../test/fuzz/mutants.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const COPIED = [
  'engine',
  'runtime',
  'diagnostics',
  'test/engine',
  'test/fuzz',
  'scripts/fuzz',
  'package.json',
];
const PATIENCE_MS = 240_000;

const [programs = '400', wanted = ''] = process.argv.slice(2);

function plant({ file, find, replace }: Mutant): string {
  const copy = mkdtempSync(join(tmpdir(), 'mrtr-mutant-'));
  for (const path of COPIED) cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const source = readFileSync(join(copy, file), 'utf8');
  if (source.split(find).length !== 2) throw new Error(`${file} does not contain once: ${find}`);
  writeFileSync(
    join(copy, file),
    source.replace(find, () => replace),
  );
  return copy;
}

function findDifference(copy: string): string {
  const { stdout, stderr, status, signal } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'scripts/fuzz/find-difference.ts', programs],
    { cwd: copy, encoding: 'utf8', timeout: PATIENCE_MS },
  );
  if (signal !== null) return 'does not end';
  if (status === 0) return stdout.trim();
  // A mistake may end the process; one of the machine, such as a module that is missing, finds nothing.
  const reason = /^\w*Error.*$/m.exec(stderr)?.[0] ?? `exit code ${status}`;
  if (/Cannot find|ENO\w+|Transform failed/.test(reason)) throw new Error(stderr);
  return `ended the process: ${reason.slice(0, 80)}`;
}

let missed = 0;
for (const mutant of mutants) {
  if (!mutant.name.includes(wanted)) continue;
  const copy = plant(mutant);
  const found = findDifference(copy);
  rmSync(copy, { recursive: true });
  if (found === '') missed++;
  console.log(`${found === '' ? 'MISSED' : 'found '}  ${mutant.name}${found === '' ? '' : ` (${found})`}`);
}
console.log(`${missed} of ${mutants.length} missed within ${programs} programs`);
if (missed > 0) process.exitCode = 1;
