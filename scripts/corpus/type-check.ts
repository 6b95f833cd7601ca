import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { repository } from '../servers/prepare-copies.ts';
import { runBounded, type Bounds } from './run-bounded.ts';

export interface TypeCheck {
  /** `failed`: the compiler ended without saying what is wrong, or not in time. */
  readonly status: 'clean' | 'errors' | 'failed' | 'none';
  /** Sorted, without places in the file, which a rewrite moves. */
  readonly errors: readonly string[];
  readonly seconds: number;
}

/** Checks a package with the TypeScript it has, or else with the one installed here. */
export async function checkTypes(directory: string, top: string, bounds: Bounds): Promise<TypeCheck> {
  const project = join(directory, 'tsconfig.json');
  if (!existsSync(project)) return { status: 'none', errors: [], seconds: 0 };
  const args = [findTsc(directory, top), '--noEmit', '--pretty', 'false', '-p', project];
  const run = await runBounded('node', args, { ...bounds, cwd: directory });
  const errors = readErrors(run.output, directory, top);
  const status = run.code === 0 ? 'clean' : errors.length === 0 || run.timedOut ? 'failed' : 'errors';
  return { status, errors, seconds: run.seconds };
}

/** The errors that only the second check has, counted as often as they are more. */
export function newErrors(before: readonly string[], after: readonly string[]): string[] {
  const left = [...before];
  return after.filter((error) => {
    const index = left.indexOf(error);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

function findTsc(directory: string, top: string): string {
  for (let place = directory; ; place = dirname(place)) {
    const tsc = join(place, 'node_modules/typescript/bin/tsc');
    if (existsSync(tsc)) return tsc;
    if (place === top || place === dirname(place)) return join(repository, 'node_modules/typescript/bin/tsc');
  }
}

function readErrors(output: string, directory: string, top: string): string[] {
  const errors: string[] = [];
  for (const line of output.split('\n')) {
    const [, file, message] = /^(?:(\S.*?)\(\d+,\d+\): )?(error TS\d+: .*)$/.exec(line) ?? [];
    if (message === undefined) continue;
    const place = file === undefined ? '' : `${relative(top, resolve(directory, file))}: `;
    errors.push(`${place}${message.replaceAll(top, '.')}`);
  }
  return errors.sort();
}
