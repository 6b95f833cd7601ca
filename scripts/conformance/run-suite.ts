import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { repository } from '../servers/prepare-copies.ts';

export type Revision = '2025-11-25' | '2026-07-28';

interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

export interface Scenario {
  readonly name: string;
  /** Part of the revision's requirement set; the others run for visibility. */
  readonly isRequired: boolean;
  readonly checks: readonly Check[];
}

const SUITE = join(repository, 'node_modules/@modelcontextprotocol/conformance');
/** The suite's command needs Node 22 or newer, whatever the servers run on; npm has it as a package. */
const NODE_FOR_SUITE = 'node@24.21.0';

/**
 * Runs the server requirement set of a revision against a server.
 * @throws {Error} with what the suite printed when it did not run a scenario that the revision requires
 */
export function runSuite(url: string, revision: Revision, output: string): Scenario[] {
  rmSync(output, { recursive: true, force: true });
  const args = [join(SUITE, 'dist/index.js'), 'server', '--url', url];
  const { stdout, stderr } = runNode([...args, '--requirements', revision, '-o', output]);
  const required = requiredScenarios(revision);
  const ran = readScenarios(output, required);
  const missing = [...required].filter((name) => !ran.some((scenario) => scenario.name === name));
  if (missing.length > 0) throw new Error(`The suite did not run ${missing.join(', ')}:\n${stdout}${stderr}`);
  return ran;
}

function runNode(args: readonly string[]): { readonly stdout: string; readonly stderr: string } {
  const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  if (Number(process.versions.node.split('.')[0]) >= 22) return spawnSync(process.execPath, args, options);
  const npm = ['exec', '--yes', `--package=${NODE_FOR_SUITE}`, '--', 'node', ...args];
  return spawnSync('npm', npm, { ...options, cwd: repository });
}

/** The `server` list of `requirements/<revision>.yaml`: one name a line, up to the next key. */
function requiredScenarios(revision: Revision): ReadonlySet<string> {
  const yaml = readFileSync(join(SUITE, `requirements/${revision}.yaml`), 'utf8');
  const list = /^server:\n((?: +- .+\n)+)/m.exec(yaml)?.[1] ?? '';
  return new Set([...list.matchAll(/- (\S+)/g)].flatMap(([, name]) => name ?? []));
}

/** The suite writes `server-<scenario>-<time>/checks.json` for each scenario it ran. */
function readScenarios(output: string, required: ReadonlySet<string>): Scenario[] {
  return readdirSync(output).flatMap((directory) => {
    const name = directory.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, '');
    const file = join(output, directory, 'checks.json');
    // A scenario that broke off leaves none.
    if (!existsSync(file)) return [];
    const checks = JSON.parse(readFileSync(file, 'utf8')) as Check[];
    return [{ name, isRequired: required.has(name), checks }];
  });
}
