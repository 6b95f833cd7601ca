import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { compile } from '../../engine/compiled/compile.ts';

/**
 * Compiles the marked functions in what tsc wrote, in place.
 * @returns how many functions were compiled
 * @throws {Error} with the titles of the diagnostics when something is not compiled
 */
export function compileOutput(directory: string): number {
  let compiled = 0;
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue;
    const path = join(directory, name);
    const { code, manifest, diagnostics } = compile(readFileSync(path, 'utf8'), { filename: name });
    if (diagnostics.length > 0) throw new Error(diagnostics.map(({ title }) => title).join('\n'));
    compiled += manifest.length;
    writeFileSync(path, code);
  }
  return compiled;
}
