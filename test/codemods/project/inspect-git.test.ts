import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { inspectGit } from '../../../codemods/project/inspect-git.ts';
import { commitAll } from '../../harness/commit-all.ts';
import { createProject } from './temporary-project.ts';

function createRepository(files: Readonly<Record<string, string>>): string {
  const dir = createProject(files);
  commitAll(dir);
  return dir;
}

test('a committed tree is clean, whatever git was told to ignore', async () => {
  const dir = createRepository({ 'a.ts': 'a', '.gitignore': 'dist' });
  expect(await inspectGit(dir)).toEqual({ kind: 'clean' });
});

test('changed, staged and untracked files are dirty, in the directory asked for only', async () => {
  const dir = createRepository({ 'server/a.ts': 'a', 'server/ü b.ts': 'b', 'client/c.ts': 'c' });
  writeFileSync(join(dir, 'server/ü b.ts'), 'changed');
  writeFileSync(join(dir, 'server/new.ts'), 'new');
  expect(await inspectGit(dir)).toEqual({ kind: 'dirty', paths: ['server/ü b.ts', 'server/new.ts'] });
  expect(await inspectGit(join(dir, 'client'))).toEqual({ kind: 'clean' });
});

test('a directory outside of a repository, and one that git ignores, are untracked', async () => {
  const dir = createRepository({ 'a.ts': 'a', '.gitignore': 'scratch', 'scratch/b.ts': 'b' });
  expect(await inspectGit(join(dir, 'scratch'))).toEqual({ kind: 'untracked' });
  expect(await inspectGit(createProject({ 'a.ts': 'a' }))).toEqual({ kind: 'untracked' });
});
