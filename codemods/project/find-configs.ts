import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { glob } from 'tinyglobby';

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
