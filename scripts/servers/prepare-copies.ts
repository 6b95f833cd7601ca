import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

const PACKAGES = ['@modelcontextprotocol', '@types', 'typescript', 'zod'];

/** A copy of a server in `examples/` whose packages are the ones installed here, `mrtr` among them. */
export function copyServer(example: string, target: string): string {
  rmSync(target, { recursive: true, force: true });
  cpSync(join(repository, 'examples', example), target, {
    recursive: true,
    filter: (path) => !/[\\/](node_modules|dist)$/.test(path),
  });
  linkPackages(target, PACKAGES);
  link(repository, join(target, 'node_modules', 'mrtr'));
  return target;
}

/** Lets a copy use packages that are installed here; a name of a scope stands for all of it. */
export function linkPackages(target: string, names: readonly string[]): void {
  for (const name of names) link(join(repository, 'node_modules', name), join(target, 'node_modules', name));
}

/**
 * Runs the command as a user would.
 * @throws {Error} when it exits with another code than 0 or 1 (1: some handlers were left as they are)
 */
export function runMrtr(args: readonly string[]): { readonly code: number; readonly output: string } {
  const command = [join(repository, 'bin/mrtr.js'), ...args];
  try {
    return { code: 0, output: execFileSync(process.execPath, command, { encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number | null; stdout: string; stderr: string };
    if (status !== 1)
      throw new Error(`mrtr ${args.join(' ')} exited with ${status}:\n${stdout}${stderr}`, { cause: error });
    return { code: 1, output: stdout };
  }
}

/** Type-checks a copy and turns it into JavaScript. @throws {Error} with what tsc printed */
export function compileServer(directory: string): void {
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '-p', join(directory, 'tsconfig.json')];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tsc -p ${directory}:\n${stdout}`);
}

function link(from: string, to: string): void {
  if (existsSync(to)) return;
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(from, to, 'dir');
}
