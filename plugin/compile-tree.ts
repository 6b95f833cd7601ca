import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { escapePath, glob, isDynamicPattern } from 'tinyglobby';

import { diag } from '../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { shownPath } from '../diagnostics/shown-path.ts';
import { moveSourceMap } from './chain-source-map.ts';
import { compileEmitted } from './compile-emitted.ts';
import type { CompiledFile } from './compile-emitted.ts';
import { decodeInlineMap, findSourceMapComment, parseMap } from './source-map-comment.ts';
import { traceDiagnostics } from './trace-diagnostics.ts';

export interface CompileTreeOptions {
  /** Directories, files or globs, absolute or relative to the working directory. */
  readonly paths: readonly string[];
  /** Directory that gets a compiled copy of the tree, which must then be one directory; else files are compiled in place. */
  readonly out?: string;
  readonly onProgress?: (progress: {
    readonly done: number;
    readonly total: number;
    readonly file: string;
  }) => void;
}

export interface CompiledTree {
  /** Absolute path → content of everything to write; a file that stays as it is on disk is not in it. */
  readonly writes: ReadonlyMap<string, string | Uint8Array>;
  /** The files with functions that were compiled. */
  readonly compiled: readonly CompiledEntry[];
  /** How many files were looked at. */
  readonly total: number;
  readonly diagnostics: readonly Diagnostic[];
}

export interface CompiledEntry {
  /** Absolute. */
  readonly path: string;
  readonly target: string;
  readonly functions: readonly string[];
}

const EMITTED = '**/*.{js,mjs,cjs}';
const SCRIPT = /(?<!\.d)\.[cm]?[jt]sx?$/;
const TYPESCRIPT = /\.[cm]?tsx?$/;

/**
 * Compiles every file of a tree in memory.
 * @throws {DiagnosticError} MRTR6001 when a path does not exist, MRTR6020 when a TypeScript file would be compiled in
 *   place, MRTR6022 when `out` is used with anything but one directory
 */
export async function compileTree({ paths, out, onProgress }: CompileTreeOptions): Promise<CompiledTree> {
  const root = out === undefined ? undefined : rootOf(paths, resolve(out));
  const files = root === undefined ? await findEmitted(paths) : await findAll(root, resolve(out ?? ''));
  const writes = new Map<string, string | Uint8Array>();
  const compiled: CompiledEntry[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, path] of files.entries()) {
    onProgress?.({ done: index + 1, total: files.length, file: shownPath(path) });
    const target = root === undefined ? path : join(resolve(out ?? ''), relative(root, path));
    const result = SCRIPT.test(path) ? compileFile(path, target, writes) : undefined;
    diagnostics.push(...(result?.diagnostics ?? []), ...(result?.notes ?? []));
    const functions = result?.manifest ?? [];
    if (functions.length > 0) compiled.push({ path, target, functions });
    else if (path !== target && !writes.has(target)) writes.set(target, readFileSync(path));
  }
  return { writes, compiled, total: files.length, diagnostics };
}

function rootOf(paths: readonly string[], out: string): string {
  const [path] = paths;
  const root = path === undefined || paths.length > 1 ? undefined : resolve(path);
  if (root === undefined || !isDirectory(root) || root === out)
    throw new DiagnosticError(diag.outNeedsOneDirectory(undefined, { out: shownPath(out) }));
  return root;
}

async function findEmitted(paths: readonly string[]): Promise<readonly string[]> {
  const patterns = paths.map((path) => {
    if (isDirectory(path)) return `${escapePath(path)}/${EMITTED}`;
    if (existsSync(path)) return escapePath(path);
    if (isDynamicPattern(path)) return path;
    throw new DiagnosticError(diag.fileUnreadable(undefined, { path, reason: 'no such file or directory' }));
  });
  const ignore = ['**/node_modules/**', '**/*.d.{ts,mts,cts}'];
  return (await glob(patterns, { ignore, absolute: true, dot: true })).map((path) => resolve(path)).sort();
}

async function findAll(root: string, out: string): Promise<readonly string[]> {
  const ignore = ['**/node_modules/**', '**/.git/**'];
  const found = await glob('**/*', { cwd: root, ignore, absolute: true, dot: true });
  return found
    .map((path) => resolve(path))
    .filter((path) => relative(out, path).startsWith('..'))
    .sort();
}

function compileFile(
  path: string,
  target: string,
  writes: Map<string, string | Uint8Array>,
): CompiledFile | undefined {
  const text = readFileSync(path, 'utf8');
  const comment = findSourceMapComment(text);
  const mapPath = comment === undefined ? undefined : mapFileOf(path, comment.url);
  const map = mapPath === undefined ? undefined : parseMap(readFileSync(mapPath, 'utf8'));
  const result = compileEmitted({ path, text, map, target, withOwnMap: path !== target });
  if (result === undefined) return undefined;
  if (result.manifest.length > 0) {
    if (path === target && TYPESCRIPT.test(path))
      throw new DiagnosticError(diag.sourceWouldBeOverwritten(undefined, { path: shownPath(path) }));
    writes.set(target, result.text);
    if (mapPath !== undefined && result.map !== undefined) {
      const mapTarget = join(dirname(target), relative(dirname(path), mapPath));
      writes.set(mapTarget, JSON.stringify(moveSourceMap(result.map, mapPath, mapTarget)));
    }
  }
  const before = map ?? (comment && decodeInlineMap(comment.url));
  if (before === undefined) return result;
  const traced = (given: readonly Diagnostic[]): readonly Diagnostic[] =>
    traceDiagnostics(given, text, before, mapPath ?? path);
  return { ...result, diagnostics: traced(result.diagnostics), notes: traced(result.notes) };
}

/** The file that a `sourceMappingURL` names; undefined for another kind of URL and for a file that is missing. */
function mapFileOf(path: string, url: string): string | undefined {
  if (/^[a-z][\w+.-]*:/i.test(url)) return undefined;
  const file = join(dirname(path), decodeURIComponent(url));
  return existsSync(file) ? file : undefined;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
