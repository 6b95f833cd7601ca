import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Tool = 'npm' | 'pnpm' | 'yarn' | 'bun';

/** What installs and runs scripts in a directory, told by the lock file that is nearest to it. */
export interface PackageManager {
  readonly tool: Tool;
  /** Where the lock file is; the directory itself when there is none. */
  readonly root: string;
  readonly hasLock: boolean;
}

const LOCK_FILES: readonly (readonly [string, Tool])[] = [
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];

/** @param top where to stop looking */
export function findPackageManager(directory: string, top: string): PackageManager {
  for (let root = directory; ; root = dirname(root)) {
    const found = LOCK_FILES.find(([file]) => existsSync(join(root, file)));
    if (found !== undefined) return { tool: found[1], root, hasLock: true };
    if (root === top || root === dirname(root)) return { tool: 'npm', root: directory, hasLock: false };
  }
}

/** The line that installs what the lock file says, or, once a manifest has changed, what the manifests say. */
export function installCommand({ tool, root, hasLock }: PackageManager, isChanged: boolean): string {
  const exactly = hasLock && !isChanged;
  switch (tool) {
    case 'npm': {
      const options = '--ignore-scripts --no-audit --no-fund --prefer-offline';
      const install = `npm install ${options}`;
      // A lock file that has fallen behind its manifest is common; what a user then does is `npm install`.
      const tolerant = `${install} || ${install} --legacy-peer-deps`;
      return exactly ? `npm ci ${options} || ${tolerant}` : tolerant;
    }
    case 'pnpm': {
      const install = `${toolCommand('pnpm', root)} install --ignore-scripts`;
      return exactly
        ? `${install} --frozen-lockfile || ${install} --no-frozen-lockfile`
        : `${install} --no-frozen-lockfile`;
    }
    case 'yarn': {
      const yarn = toolCommand('yarn', root);
      return isBerry(root) ? `YARN_ENABLE_SCRIPTS=0 ${yarn} install` : `${yarn} install --ignore-scripts`;
    }
    case 'bun': {
      const install = `${toolCommand('bun', root)} install --ignore-scripts`;
      return exactly ? `${install} --frozen-lockfile || ${install}` : install;
    }
  }
}

/** The line that runs the script `test` of the directory it is run in. */
export function testCommand({ tool, root }: PackageManager): string {
  return tool === 'npm' ? 'npm test' : `${toolCommand(tool, root)} run test`;
}

/** The name of a tool that is installed neither here nor in the repository: from npm, in the version that is asked for. */
function toolCommand(tool: Exclude<Tool, 'npm'>, root: string): string {
  if (tool === 'bun') return 'bun';
  const [, version] = new RegExp(`^${tool}@([\\d.]+)`).exec(readManifest(root).packageManager ?? '') ?? [];
  if (tool === 'pnpm') return `npx --yes pnpm@${supportedPnpm(version)}`;
  return isBerry(root) ? `npx --yes @yarnpkg/cli-dist@${version ?? 4}` : `npx --yes yarn@${version ?? 1}`;
}

/** pnpm 11 and newer do not run on Node.js 20. */
function supportedPnpm(version: string | undefined): string {
  return version === undefined || Number(version.split('.')[0]) > 10 ? '10' : version;
}

function isBerry(root: string): boolean {
  return existsSync(join(root, '.yarnrc.yml'));
}

export interface Manifest {
  readonly packageManager?: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** An empty one where there is none. */
export function readManifest(directory: string): Manifest {
  const file = join(directory, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : {};
}
