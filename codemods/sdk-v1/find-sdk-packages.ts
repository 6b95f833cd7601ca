import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';

export interface PackageSearch {
  /** The project, whose own packages come first. */
  readonly dir: string;
  /** Where else to look: a directory with a node_modules in it or above it. */
  readonly besides: string;
  /** Where npm may put what is found nowhere. */
  readonly cache: string;
  /** The version range of every package that may be fetched. */
  readonly ranges: Readonly<Record<string, string>>;
}

/**
 * Finds the directories of packages that the project will have after the migration and does not have now. What is
 * neither in the project nor beside us is fetched by npm, without running install scripts, with the project's `.npmrc`.
 * @returns name → directory, of those that are not in the project
 * @throws {DiagnosticError} MRTR6104 when one cannot be had
 */
export async function findSdkPackages(
  names: readonly string[],
  { dir, besides, cache, ranges }: PackageSearch,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const missing: string[] = [];
  for (const name of names) {
    if (findInstalled(name, dir) !== undefined) continue;
    const place = findInstalled(name, besides);
    if (place === undefined) missing.push(name);
    else found.set(name, place);
  }
  if (missing.length === 0) return found;
  const specs = missing.map((name) => `${name}@${ranges[name] ?? 'latest'}`).sort();
  const into = join(cache, createHash('sha256').update(specs.join('\n')).digest('hex').slice(0, 16));
  if (missing.some((name) => findInstalled(name, into) === undefined)) await fetchPackages(specs, into, dir);
  for (const name of missing) {
    const place = findInstalled(name, into);
    if (place === undefined) throw unavailable(names, `${name} is not among what npm installed`);
    found.set(name, place);
  }
  return found;
}

/** The directory of a package as Node finds it from `dir`. */
function findInstalled(name: string, dir: string): string | undefined {
  for (let at = resolve(dir); ; at = dirname(at)) {
    const place = join(at, 'node_modules', name);
    if (existsSync(join(place, 'package.json'))) return place;
    if (dirname(at) === at) return undefined;
  }
}

async function fetchPackages(specs: readonly string[], into: string, dir: string): Promise<void> {
  await mkdir(into, { recursive: true });
  await writeFile(join(into, 'package.json'), '{ "private": true }\n');
  const npmrc = join(resolve(dir), '.npmrc');
  // Read in place and not copied, since it may hold credentials.
  const config = existsSync(npmrc) ? [`--globalconfig=${npmrc}`] : [];
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  const failure = await npm(['install', ...flags, ...config, ...specs], into);
  if (failure !== undefined) throw unavailable(specs, failure);
}

/** Why npm failed; undefined when it did not. */
function npm(args: readonly string[], cwd: string): Promise<string | undefined> {
  return new Promise((done) => {
    // npm is a script of another kind on Windows, which only a shell starts.
    const child = spawn('npm', args, {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32',
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      errors += chunk;
    });
    child.on('error', () => done('npm could not be started'));
    child.on('close', (code) =>
      done(code === 0 ? undefined : (errors.trim().split('\n')[0] ?? `npm exited with ${code}`)),
    );
  });
}

function unavailable(packages: readonly string[], reason: string): DiagnosticError {
  return new DiagnosticError(
    diag.sdkPackagesUnavailable(undefined, { reason, packages: packages.join(', ') }),
  );
}
