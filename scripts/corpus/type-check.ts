import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { subtractErrors } from '../../codemods/project/verify-rewrites.ts';
import { ts } from '../../engine/syntax/ts.ts';
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
  const projects = findProjects(directory, top);
  if (projects.length === 0) return { status: 'none', errors: [], seconds: 0 };
  const checks: TypeCheck[] = [];
  for (const project of projects) checks.push(await checkProject(project, directory, top, bounds));
  const errors = checks.flatMap((check) => check.errors);
  const seconds = checks.reduce((sum, check) => sum + check.seconds, 0);
  const status = STATUSES.find((wanted) => checks.some((check) => check.status === wanted)) ?? 'clean';
  return { status, errors: errors.sort(), seconds };
}

/** The worst first. */
const STATUSES = ['failed', 'errors'] as const;

async function checkProject(
  project: string,
  directory: string,
  top: string,
  bounds: Bounds,
): Promise<TypeCheck> {
  const args = [findTsc(directory, top), '--noEmit', '--pretty', 'false', '-p', project];
  const run = await runBounded('node', args, { ...bounds, cwd: directory });
  const errors = readErrors(run.output, directory, top);
  const status = run.code === 0 ? 'clean' : errors.length === 0 || run.timedOut ? 'failed' : 'errors';
  return { status, errors, seconds: run.seconds };
}

/** What the nearest `tsconfig.json` checks, or the projects it refers to where it has no files itself. */
function findProjects(directory: string, top: string): readonly string[] {
  const project = join(directory, 'tsconfig.json');
  if (existsSync(project)) return withFiles(project);
  return directory === top || directory === dirname(directory) ? [] : findProjects(dirname(directory), top);
}

function withFiles(project: string): readonly string[] {
  const file =
    existsSync(project) && statSync(project).isDirectory() ? join(project, 'tsconfig.json') : project;
  const { config } = ts.readConfigFile(file, (name) => ts.sys.readFile(name)) as { config?: ProjectFile };
  const references = config?.references ?? [];
  if (config?.files?.length !== 0 || config.include !== undefined || references.length === 0) return [file];
  return references.flatMap(({ path }) => withFiles(resolve(dirname(file), path)));
}

interface ProjectFile {
  readonly files?: readonly string[];
  readonly include?: readonly string[];
  readonly references?: readonly { readonly path: string }[];
}

/** The errors that only the second check has, told apart as `mrtr migrate` does: not by the types that a message quotes. */
export function newErrors(before: readonly string[], after: readonly string[]): string[] {
  return subtractErrors(after.map(identify), before.map(identify)).map(({ error }) => error);
}

function identify(error: string): Record<'error' | 'file' | 'code' | 'message', string> {
  const [, file = '', code = '', message = ''] = /^(?:(\S.*?): )?error (TS\d+): (.*)$/.exec(error) ?? [];
  return { error, file, code, message };
}

function findTsc(directory: string, top: string): string {
  for (let place = directory; ; place = dirname(place)) {
    const tsc = join(place, 'node_modules/typescript/bin/tsc');
    if (existsSync(tsc)) return tsc;
    if (place === top || place === dirname(place)) return join(repository, 'node_modules/typescript/bin/tsc');
  }
}

/** Where packages are: that of a copy may lead to the original. */
const INSTALLED = /[^\s"'`]*\/node_modules\//g;

function readErrors(output: string, directory: string, top: string): string[] {
  const errors: string[] = [];
  for (const line of output.split('\n')) {
    const [, file, message] = /^(?:(\S.*?)\(\d+,\d+\): )?(error TS\d+: .*)$/.exec(line) ?? [];
    if (message === undefined) continue;
    const place = file === undefined ? '' : `${relative(top, resolve(directory, file))}: `;
    errors.push(`${place}${message.replaceAll(top, '.').replaceAll(INSTALLED, 'node_modules/')}`);
  }
  return errors;
}
