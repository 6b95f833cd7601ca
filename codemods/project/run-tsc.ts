import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** The TypeScript a project has installed. */
export interface InstalledTypeScript {
  readonly version: string;
  /** Its `tsc` script; TypeScript 7's starts the native compiler. */
  readonly tsc: string;
}

/** One error of `tsc`, without the place that a rewrite moves. */
export interface TypeScriptError {
  /** Absolute path; undefined for an error about options. */
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
  /** For example `TS2322`. */
  readonly code: string;
  readonly message: string;
}

/** The compiler ended otherwise than by reporting: it crashed, ran out of memory, or could not be started. */
export class CompilerCrashError extends Error {
  override readonly name = 'CompilerCrashError';
}

/** The TypeScript that code in `dir` resolves; undefined when there is none. */
export function findTypeScript(dir: string): InstalledTypeScript | undefined {
  try {
    const manifest = createRequire(join(resolve(dir), 'package.json')).resolve('typescript/package.json');
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    return { version, tsc: join(dirname(manifest), 'bin/tsc') };
  } catch {
    return undefined;
  }
}

/**
 * Type-checks a configuration without writing anything, not even build information.
 * @throws {CompilerCrashError}
 */
export async function runTsc(
  typescript: InstalledTypeScript,
  tsConfigPath: string,
): Promise<readonly TypeScriptError[]> {
  const cwd = dirname(tsConfigPath);
  const flags = ['--noEmit', '--pretty', 'false', '--incremental', 'false', '--composite', 'false'];
  const { output, code } = await collect(typescript.tsc, ['-p', tsConfigPath, ...flags], cwd);
  const errors = parseTscOutput(output, cwd);
  // tsc exits with 1 or 2 after errors (ExitStatus), and with anything else only when it broke down.
  if (code === 0 || (errors.length > 0 && (code === 1 || code === 2))) return errors;
  throw new CompilerCrashError(`tsc ${typescript.version} exited with ${code}: ${output.slice(0, 2000)}`);
}

function collect(
  script: string,
  args: readonly string[],
  cwd: string,
): Promise<{ readonly output: string; readonly code: number | null }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const append = (chunk: string): void => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', append);
    child.stderr.setEncoding('utf8').on('data', append);
    child.on('error', (error) => fail(new CompilerCrashError(error.message)));
    child.on('close', (code) => done({ output, code }));
  });
}

const ERROR_LINE = /^(?:(?<file>.+?)\((?<line>\d+),(?<column>\d+)\): )?error (?<code>TS\d+): (?<message>.*)$/;

/** Reads what `tsc --pretty false` prints; an indented line continues the message before it. */
export function parseTscOutput(output: string, cwd: string): readonly TypeScriptError[] {
  const errors: TypeScriptError[] = [];
  for (const line of output.split(/\r?\n/)) {
    const { file, line: lineNumber, column, code, message } = ERROR_LINE.exec(line)?.groups ?? {};
    const previous = errors.at(-1);
    if (code !== undefined && message !== undefined) {
      const path = file === undefined ? undefined : resolve(cwd, file);
      errors.push({ file: path, line: Number(lineNumber ?? 1), column: Number(column ?? 1), code, message });
    } else if (previous !== undefined && /^\s+\S/.test(line)) {
      errors[errors.length - 1] = { ...previous, message: `${previous.message}\n${line}` };
    }
  }
  return errors;
}
