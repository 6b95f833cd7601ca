import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import * as prettier from 'prettier';
import { glob } from 'tinyglobby';

import { compileServer, copyServer, linkPackages, repository, runMrtr } from '../servers/prepare-copies.ts';

export type Form = 'readable' | 'compiled';

/** The entry points of the same server in several versions, and of the server before its migration. */
export interface Builds {
  /** Await-style. */
  readonly original: string;
  readonly first: string;
  /** The same code in another layout and with comments. */
  readonly reformatted: string;
  /** Another question in `publish_release`. */
  readonly changed: string;
}

type Change = (file: string, text: string) => string | Promise<string>;

const OTHER_LAYOUT = { parser: 'typescript', useTabs: true, printWidth: 60, semi: false } as const;

/** Migrates and compiles the demo server. */
export async function makeBuilds(form: Form): Promise<Builds> {
  const original = copyServer('release-assistant', join(repository, '.demo/fleet/original'));
  compileServer(original);
  return {
    original,
    first: await build(form, 'first', (_file, text) => text),
    reformatted: await build(form, 'reformatted', async (_file, text) =>
      prettier.format(`${text}\n// In another layout.\n`, OTHER_LAYOUT),
    ),
    changed: await build(form, 'changed', (file, text) =>
      file.endsWith('publish-release.ts')
        ? replaceOnce(text, '`Publish ${pkg}', '`Really publish ${pkg}')
        : text,
    ),
  };
}

async function build(form: Form, name: string, change: Change): Promise<string> {
  const directory = copyServer('release-assistant', join(repository, '.demo/fleet', name));
  linkPackages(directory, ['@keyv']);
  const { code, output } = runMrtr(['migrate', directory, '--allow-dirty', '--no-verify', '--form', form]);
  if (code !== 0) throw new Error(output);
  cpSync(join(repository, 'scripts/fleet/server/request-state.ts'), join(directory, 'src/request-state.ts'));
  for (const file of await glob('src/**/*.ts', { cwd: directory, absolute: true })) {
    writeFileSync(file, await change(file, readFileSync(file, 'utf8')));
  }
  compileServer(directory);
  if (form === 'compiled') runMrtr(['compile', join(directory, 'dist'), '--allow-tracked']);
  return directory;
}

function replaceOnce(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`the demo server has no single ${from}`);
  return text.replace(from, () => to);
}
