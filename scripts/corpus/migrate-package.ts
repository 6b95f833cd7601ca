import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { repository } from '../servers/prepare-copies.ts';
import { runBounded, type Bounds } from './run-bounded.ts';

/** The part of `mrtr migrate --json` that is counted. */
interface MigrationReport {
  readonly changedFiles: readonly { readonly path: string }[];
  readonly sites: readonly ReportedSite[];
  readonly diagnostics: readonly ReportedDiagnostic[];
}

interface ReportedSite {
  readonly file: string;
  readonly line: number;
  readonly asks: number;
  readonly outcome: string;
}

export interface ReportedDiagnostic {
  readonly code: string;
  readonly severity: string;
  readonly title: string;
  readonly help?: string;
  readonly notes?: readonly string[];
  readonly span?: ReportedSpan;
  readonly related?: readonly { readonly label: string; readonly span: ReportedSpan }[];
}

interface ReportedSpan {
  readonly file: string;
  readonly startPosition?: { readonly line: number };
}

export interface PackageMigration {
  /** `crashed`: it ended without a report. */
  readonly status: 'done' | 'crashed' | 'timeout';
  readonly code: number | undefined;
  readonly seconds: number;
  readonly peakMegabytes: number | undefined;
  readonly changedFiles: readonly string[];
  readonly sites: readonly ReportedSite[];
  readonly diagnostics: readonly ReportedDiagnostic[];
  /** What it printed, when there is no report. */
  readonly output?: string;
}

/**
 * Migrates a package as its maintainer would: what cannot be rewritten is marked for the compiler.
 * @param tarball this package, packed: a manifest gets it in place of the version from the registry
 */
export async function migratePackage(
  directory: string,
  tarball: string,
  bounds: Bounds,
  options: readonly string[] = ['--fallback', 'compile'],
): Promise<PackageMigration> {
  const args = ['migrate', directory, ...options, '--allow-dirty', '--json'];
  const command = [join(repository, 'bin/mrtr.js'), ...args];
  const run = await runBounded(process.execPath, command, bounds);
  const { code, seconds, peakMegabytes } = run;
  const report = readReport(run.stdout);
  if (report === undefined) {
    const status = run.timedOut ? 'timeout' : 'crashed';
    const output = run.output.slice(-4000);
    return { status, code, seconds, peakMegabytes, changedFiles: [], sites: [], diagnostics: [], output };
  }
  const changedFiles = report.changedFiles.map(({ path }) => path);
  useTarball(directory, changedFiles, tarball);
  const { sites, diagnostics } = report;
  return { status: 'done', code, seconds, peakMegabytes, changedFiles, sites, diagnostics };
}

function readReport(stdout: string): MigrationReport | undefined {
  try {
    return JSON.parse(stdout) as MigrationReport;
  } catch {
    return undefined;
  }
}

/** The version under test is in no registry. */
function useTarball(directory: string, changedFiles: readonly string[], tarball: string): void {
  for (const path of changedFiles.filter((changed) => /(^|\/)package\.json$/.test(changed))) {
    const file = join(directory, path);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/("mrtr":\s*)"[^"]*"/, `$1"file:${tarball}"`));
  }
}

/** Packs this package. @returns the path of the tarball */
export async function packTarball(target: string, bounds: Bounds): Promise<string> {
  const args = ['pack', '--ignore-scripts', '--pack-destination', target];
  const run = await runBounded('npm', args, { ...bounds, cwd: repository });
  const name = readdirSync(target).find((file) => file.endsWith('.tgz'));
  if (run.code !== 0 || name === undefined) throw new Error(`npm pack:\n${run.output}`);
  return join(target, name);
}
