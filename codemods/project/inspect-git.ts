import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** How safely a rewrite of a directory can be taken back. */
export type GitState =
  | { readonly kind: 'clean' }
  | { readonly kind: 'dirty'; readonly paths: readonly string[] }
  /** No repository, no git, or a directory that git was told to ignore. */
  | { readonly kind: 'untracked' };

/**
 * Looks at what git knows about `dir`. Untracked files count as dirty: git could not bring them back.
 */
export async function inspectGit(dir: string): Promise<GitState> {
  const inside = await runGit(dir, 'rev-parse', '--is-inside-work-tree');
  if (inside?.trim() !== 'true') return { kind: 'untracked' };
  if ((await runGit(dir, 'check-ignore', '--quiet', '.')) !== undefined) return { kind: 'untracked' };
  const status = await runGit(dir, 'status', '--porcelain=v1', '-z', '--no-renames', '--', '.');
  if (status === undefined) return { kind: 'untracked' };
  // Each entry is two status letters, a space and a path from the root of the repository.
  const paths = status
    .split('\0')
    .filter(Boolean)
    .map((entry) => entry.slice(3));
  return paths.length === 0 ? { kind: 'clean' } : { kind: 'dirty', paths };
}

/** Which of `paths` (absolute) git tracks, so that they are more than the output of a build. */
export async function findTracked(dir: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const prefix = (await runGit(dir, 'rev-parse', '--show-toplevel'))?.trim();
  if (prefix === undefined) return new Set();
  const listed = await runGit(dir, 'ls-files', '-z', '--full-name', '--', ...paths);
  return new Set((listed ?? '').split('\0').flatMap((path) => (path === '' ? [] : [resolve(prefix, path)])));
}

/** Standard output, or undefined when git failed or is not installed. */
function runGit(cwd: string, ...args: readonly string[]): Promise<string | undefined> {
  return new Promise((done) => {
    const git = spawn('git', args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    git.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    git.on('error', () => done(undefined));
    git.on('close', (code) => done(code === 0 ? output : undefined));
  });
}
