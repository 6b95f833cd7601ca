import { resolve } from 'node:path';

import envPaths from 'env-paths';

import { importedPackages } from '../codemods/project/find-added-packages.ts';
import { findSourceUnits } from '../codemods/project/find-source-units.ts';
import type { UnitProjects } from '../codemods/project/unit-projects.ts';
import { findSdkPackages } from '../codemods/sdk-v1/find-sdk-packages.ts';
import { finishUpgrade } from '../codemods/sdk-v1/finish-upgrade.ts';
import { findSdkSources, isV1Source, upgradeSources } from '../codemods/sdk-v1/upgrade-sources.ts';
import type { SdkUpgrade } from '../codemods/sdk-v1/upgrade-sources.ts';
import { readPackageInfo } from './package-info.ts';

/** The version of the SDK that a project is on; by default its imports tell. */
export type SdkVersion = 'v1' | 'v2';

export interface PreparedSdk {
  /** Undefined for a project that is on version 2. */
  readonly upgrade: SdkUpgrade | undefined;
  /** Packages of version 2 that the project imports, or will, and has not installed: name → directory. */
  readonly packages: ReadonlyMap<string, string>;
}

/**
 * Brings a project to version 2 of the SDK, in memory, and finds the types of that version for it.
 * @param projects keeps what is loaded for the migration that follows
 * @throws {DiagnosticError} MRTR6104
 */
export async function prepareSdk(
  dir: string,
  from: SdkVersion | undefined,
  projects: UnitProjects,
): Promise<PreparedSdk> {
  const sources = await findSdkSources(dir);
  const v1 = [...sources].filter(([, text]) => from === 'v1' || isV1Source(text)).map(([path]) => path);
  const upgrade = v1.length === 0 || from === 'v2' ? undefined : await upgradeSources(dir, v1);
  const texts = [...sources].map(([path, text]) => upgrade?.files.get(path)?.after ?? text);
  const imported = new Set(texts.flatMap((text) => [...importedPackages(text)]));
  const { root, ranges } = readPackageInfo();
  const names = [...imported].filter((name) => SDK_PACKAGE.test(name));
  const packages = await findSdkPackages(names, {
    dir: resolve(dir),
    besides: root,
    cache: envPaths('mrtr', { suffix: '' }).cache,
    ranges,
  });
  if (upgrade === undefined) return { upgrade, packages };
  const files = finishUpgrade(upgrade.files, await findSourceUnits(dir), { packages, projects });
  return { upgrade: { ...upgrade, files }, packages };
}

/** The packages of version 2 that bear on what a handler or an entry is. */
const SDK_PACKAGE = /^@modelcontextprotocol\/(?:server|client|core|node|express|hono|fastify|server-legacy)$/;
