import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import type { RewrittenFile } from './migration.ts';
import { packageDirectories } from './package-directories.ts';

const VARIABLE = 'MRTR_STATE_KEY';

const ENVIRONMENT = [
  '# Seals the state of requests that ask their client: at least 32 bytes, the same for every process of the server.',
  '# `npx mrtr state keygen` makes one.',
  `${VARIABLE}=`,
];

const SECTION = [
  '## State key',
  '',
  `Tools that ask their client carry their state in the request, sealed by a key. Set \`${VARIABLE}\` to at least 32 bytes, the same for every process of the server; \`npx mrtr state keygen\` makes one. Without it every process makes its own key, and a question is answered only by the process that asked it.`,
];

/**
 * What operators have to know of a migrated server: the variable of the key in `.env.example` and a section in the README,
 * beside the package.json of each package that gets a `request-state` module. A file that names the variable stays.
 * @returns absolute path → texts
 */
export function planDocsEdits(
  dir: string,
  files: ReadonlyMap<string, RewrittenFile>,
): ReadonlyMap<string, RewrittenFile> {
  const edits = new Map<string, RewrittenFile>();
  for (const [path, { before, after }] of files) {
    if (before !== '' || !after.includes('createRequestState(')) continue;
    const home = packageDirectories(dirname(resolve(dir, path)), resolve(dir))[0] ?? resolve(dir);
    for (const [name, lines] of [
      ['.env.example', ENVIRONMENT],
      ['README.md', SECTION],
    ] as const) {
      const texts = append(join(home, name), lines);
      if (texts !== undefined) edits.set(join(home, name), texts);
    }
  }
  return edits;
}

function append(path: string, lines: readonly string[]): RewrittenFile | undefined {
  const before = existsSync(path) ? readFileSync(path, 'utf8').replace(/^\uFEFF/, '') : '';
  if (before.includes(VARIABLE)) return undefined;
  const eol = before.includes('\r\n') ? '\r\n' : '\n';
  const gap = before === '' ? '' : before.endsWith('\n') ? eol : eol + eol;
  return { before, after: before + gap + lines.join(eol) + eol };
}
