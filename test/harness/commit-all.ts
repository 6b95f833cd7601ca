import { execFileSync } from 'node:child_process';

/** Makes `directory` a git repository with everything in it committed. */
export function commitAll(directory: string): void {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false'];
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    [...identity, 'commit', '-qm', 'first'],
  ]) {
    execFileSync('git', args, { cwd: directory });
  }
}
