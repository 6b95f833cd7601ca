import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { repository } from '../servers/prepare-copies.ts';

/** Clients that do not run on the oldest Node.js that the servers support, and one that they run on, as npm packages it. */
const PACKAGES = {
  '@ai-sdk/mcp': '2.0.99',
  '@modelcontextprotocol/inspector': '2.12.0',
  node: '24.21.0',
  zod: '4.6.7',
} as const;

/** Where the clients are installed, apart from the packages of this one. */
export interface InstalledClients {
  readonly directory: string;
  /** The Node.js to run them with. */
  readonly node: string;
  readonly versions: Readonly<Record<keyof typeof PACKAGES, string>>;
}

export function installClients(): InstalledClients {
  const directory = join(repository, '.work/clients/packages');
  mkdirSync(directory, { recursive: true });
  const manifest = JSON.stringify({ private: true, dependencies: PACKAGES }, undefined, 2);
  const file = join(directory, 'package.json');
  if (!existsSync(file) || readFileSync(file, 'utf8') !== manifest) {
    writeFileSync(file, manifest);
    // Their engines are those of the Node.js beside them.
    const options = ['--force', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    execFileSync('npm', ['install', ...options], { cwd: directory, stdio: 'inherit' });
  }
  const node = join(directory, 'node_modules/node/bin/node');
  return { directory, node, versions: PACKAGES };
}
