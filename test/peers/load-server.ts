import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import type { McpServer } from '@modelcontextprotocol/server';

import { migrateProject } from '../../codemods/migrate.ts';
import { compile } from '../../engine/compiled/compile.ts';

export type Form = 'readable' | 'compiled';

export interface LoadedServer {
  readonly createServer: () => McpServer;
  /** What its handlers did; one list for all servers of the form. */
  readonly effects: string[];
}

/** As deep as the sources, and ignored by git. */
const WORK = fileURLToPath(new URL('.work', import.meta.url));

/** Migrates the await-style server of this folder as the command does, builds what was marked, and loads it. */
export async function loadServer(form: Form): Promise<LoadedServer> {
  process.env['MRTR_STATE_KEY'] = 'a key for tests, of at least 32 bytes';
  const directory = join(WORK, form);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  cpSync(fileURLToPath(new URL('await-style', import.meta.url)), directory, { recursive: true });
  const { files, sites } = await migrateProject({ dir: directory, codec: 'mrtr', form });
  const left = sites.filter(({ outcome }) => outcome === 'diagnosed');
  if (left.length > 0) throw new Error(`left as they were: ${left.map(({ handler }) => handler).join(', ')}`);
  for (const [path, { after }] of files) writeFileSync(path, after);
  const file = join(directory, 'server.ts');
  if (form === 'compiled') {
    const { code, diagnostics } = compile(readFileSync(file, 'utf8'), { filename: file });
    if (diagnostics.length > 0) throw new Error(diagnostics.map(({ title }) => title).join('\n'));
    writeFileSync(file, code);
  }
  const load = (name: string): Promise<unknown> => import(pathToFileURL(join(directory, name)).href);
  const { createServer } = (await load('server.ts')) as Pick<LoadedServer, 'createServer'>;
  const { effects } = (await load('effects.ts')) as Pick<LoadedServer, 'effects'>;
  return { createServer, effects };
}
