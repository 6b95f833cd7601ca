import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The licenses of the packages that a bundle was made of, as these want to be handed on. */
export function printLicenses(root: string, inputs: readonly string[]): string {
  const directories = new Set(
    // What a package disables in browsers stands for itself as `(disabled):…`.
    inputs.flatMap((path) => /^(?!\().*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? []),
  );
  const parts = [...directories].sort().map((directory) => {
    const path = join(root, directory);
    const { name, version, license } = JSON.parse(
      readFileSync(join(path, 'package.json'), 'utf8'),
    ) as Manifest;
    const file = readdirSync(path).find((one) => /^licen[cs]e/i.test(one));
    return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(join(path, file), 'utf8')}`;
  });
  return parts.join(`\n${'-'.repeat(80)}\n`);
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}
