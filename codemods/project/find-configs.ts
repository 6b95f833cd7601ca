import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { glob } from 'tinyglobby';

import { listAncestors } from './list-ancestors.ts';
import { packageDirectories } from './package-directories.ts';

/** The configurations of the compiler below a directory, by absolute path. */
export interface Configs {
  /** Those named tsconfig.json. */
  readonly main: readonly string[];
  /** Those of another name (`tsconfig.build.json`) that a script of the package.json beside them gives to a compiler. */
  readonly named: readonly string[];
}

export async function findConfigs(root: string, ignore: readonly string[]): Promise<Configs> {
  const find = async (pattern: string): Promise<readonly string[]> => {
    const found = await glob(pattern, { cwd: root, ignore, absolute: true });
    return found.map((path) => resolve(path)).sort();
  };
  const manifests = await find('**/package.json');
  return {
    main: await find('**/tsconfig.json'),
    named: [...new Set(manifests.flatMap(configsOfScripts))],
  };
}

/**
 * The tsconfig.json files above a directory, nearest first: up to the root of its git repository or, outside of one, up to
 * the outermost package.json.
 */
export function findConfigsAbove(root: string): readonly string[] {
  const above = listAncestors(root);
  const last = [above.find((at) => existsSync(join(at, '.git'))), packageDirectories(root).at(-1)];
  const end = above.indexOf(last.find((at) => at !== undefined) ?? root);
  return above
    .slice(1, end + 1)
    .map((at) => join(at, 'tsconfig.json'))
    .filter((path) => existsSync(path));
}

/** `tsc -p tsconfig.build.json`, `vue-tsc --project=…`, `tsc -b …`. */
const GIVEN = /\btsc(?=\s)[^&|;]*?\s(?:-p|--project|-b|--build)[\s=]+["']?(?<path>[\w@./-]+\.json)\b/g;

function configsOfScripts(manifest: string): readonly string[] {
  const scripts = Object.values(scriptsOf(manifest)).filter((script) => typeof script === 'string');
  return scripts
    .flatMap((script) => [...script.matchAll(GIVEN)])
    .map(({ groups }) => resolve(dirname(manifest), groups?.path ?? ''))
    .filter((path) => existsSync(path));
}

/** A manifest that cannot be read is the package manager's to report. */
function scriptsOf(manifest: string): object {
  try {
    const { scripts } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly scripts?: unknown };
    return typeof scripts === 'object' && scripts !== null ? scripts : {};
  } catch {
    return {};
  }
}
