import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

import type * as official from '@modelcontextprotocol/codemod';
import { glob } from 'tinyglobby';

import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic, Span } from '../../diagnostics/diagnostic.ts';
import type { RewrittenFile } from '../project/migration.ts';
import type { ManifestUpgrade } from '../project/plan-manifest-edits.ts';
import { removeMarkers } from './remove-markers.ts';

/** What the SDK's own codemod makes of a project; nothing of the project was touched. */
export interface SdkUpgrade {
  /** Absolute path → texts, of the source files it changes. */
  readonly files: ReadonlyMap<string, RewrittenFile>;
  readonly manifests: readonly ManifestUpgrade[];
  /** What it left to people; spans point into the new texts, by absolute path. */
  readonly diagnostics: readonly Diagnostic[];
}

const SOURCES = '**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}';
/** What the codemod leaves out too (`run` of its version 2.3). */
const IGNORED = [
  '**/node_modules/**',
  '**/{dist,build,coverage,__generated__}/**',
  '**/.{git,next,nuxt}/**',
  '**/*.d.{ts,mts,cts}',
];

/** Absolute path → text of the files below `dir` that mention a package of the SDK. */
export async function findSdkSources(dir: string): Promise<ReadonlyMap<string, string>> {
  const found = await glob(SOURCES, {
    cwd: dir,
    ignore: IGNORED,
    absolute: true,
    followSymbolicLinks: false,
  });
  const sources = new Map<string, string>();
  for (const path of found.map((name) => resolve(name)).sort()) {
    const text = readFileSync(path, 'utf8');
    if (text.includes('@modelcontextprotocol/')) sources.set(path, text);
  }
  return sources;
}

/** Whether a file imports, or mocks, version 1 of the SDK, by its text alone; a comment is enough for true. */
export function isV1Source(text: string): boolean {
  return /['"`]@modelcontextprotocol\/sdk(?:\/|['"`])/.test(text);
}

/**
 * Runs the SDK's codemod (`v1-to-v2`) on a copy of the files that concern it. It looks at one file at a time and at the
 * package.json files, so a copy of these gives what the whole tree would.
 * @param sources absolute paths below `dir`
 */
export async function upgradeSources(dir: string, sources: readonly string[]): Promise<SdkUpgrade> {
  const base = manifestDirectory(resolve(dir));
  const top = await realpath(await mkdtemp(join(tmpdir(), 'mrtr-upgrade-')));
  const locate = (path: string): string => join(top, relative(base, path));
  const original = (path: string): string => join(base, relative(top, resolve(path)));
  try {
    // The codemod looks for a package.json upwards until it meets one of these.
    await mkdir(join(top, '.git'));
    for (const path of [...sources, ...(await findManifests(base))]) {
      await mkdir(dirname(locate(path)), { recursive: true });
      await cp(path, locate(path));
    }
    const { getMigration, run } = await import('@modelcontextprotocol/codemod');
    const migration = getMigration('v1-to-v2');
    if (migration === undefined) throw new RangeError('the SDK codemod has no migration from v1 to v2');
    const result = run(migration, { targetDir: locate(resolve(dir)) });
    const files = await readChanges(sources, locate);
    return { files, manifests: manifestsOf(result, original), diagnostics: read(result, files, original) };
  } finally {
    await rm(top, { recursive: true, force: true });
  }
}

/** The directory of the package.json that governs `dir`; `dir` itself without one. */
function manifestDirectory(dir: string): string {
  for (let at = dir; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at;
    if (existsSync(join(at, '.git')) || dirname(at) === at) return dir;
  }
}

async function findManifests(base: string): Promise<readonly string[]> {
  const patterns = ['**/package.json', 'pnpm-workspace.yaml'];
  const found = await glob(patterns, {
    cwd: base,
    ignore: IGNORED,
    absolute: true,
    followSymbolicLinks: false,
  });
  return found.map((path) => resolve(path));
}

async function readChanges(
  sources: readonly string[],
  locate: (path: string) => string,
): Promise<ReadonlyMap<string, RewrittenFile>> {
  const files = new Map<string, RewrittenFile>();
  for (const path of sources) {
    const before = withoutByteOrderMark(await readFile(path, 'utf8'));
    const changed = withoutByteOrderMark(await readFile(locate(path), 'utf8'));
    const after = withImportStyleOf(before, withLineEndingsOf(before, removeMarkers(changed)));
    if (after !== before) files.set(path, { before, after });
  }
  return files;
}

function withoutByteOrderMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

/** The codemod writes `\n` into what it adds. */
function withLineEndingsOf(before: string, after: string): string {
  const isCrLf = before.includes('\r\n') && !/(?<!\r)\n/.test(before);
  return isCrLf ? after.replaceAll(/\r?\n/g, '\r\n') : after;
}

/** It also writes double quotes and semicolons into the imports it adds. */
function withImportStyleOf(before: string, after: string): string {
  const style = /^import\b[^;'"]*?(['"])[^'"\n]*['"](;?)[ \t]*$/m.exec(before);
  const [, quote = '"', semicolon = ';'] = style ?? [];
  return after.replaceAll(
    /^((?:import|export)\b[^;'"]*?)"(@modelcontextprotocol\/[^"\n]*)";/gm,
    (_whole, head: string, module: string) => `${head}${quote}${module}${quote}${semicolon}`,
  );
}

function manifestsOf(
  { packageJsonChanges = [] }: official.RunnerResult,
  original: (path: string) => string,
): readonly ManifestUpgrade[] {
  return packageJsonChanges.map(({ packageJsonPath, added, removed }) => ({
    path: original(packageJsonPath),
    added,
    removed,
  }));
}

function read(
  { diagnostics, packageJsonChanges = [] }: official.RunnerResult,
  files: ReadonlyMap<string, RewrittenFile>,
  original: (path: string) => string,
): readonly Diagnostic[] {
  const inSources = diagnostics.map(({ file, line, level, message }) => {
    const path = original(file);
    const span = lineSpan(path, files.get(path)?.after ?? readFileSync(path, 'utf8'), line);
    return level === 'info'
      ? diag.sdkUpgradeRemark(span, { message })
      : diag.sdkUpgradeTodo(span, { message });
  });
  const inManifests = packageJsonChanges.flatMap(({ packageJsonPath, warnings = [] }) =>
    warnings.map((message) => {
      const path = original(packageJsonPath);
      return diag.sdkUpgradeTodo({ file: path, start: 0, end: 0 }, { message });
    }),
  );
  return [...inSources, ...inManifests];
}

/** A line without its indentation. */
function lineSpan(file: string, text: string, line: number): Span {
  const lines = text.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  const content = lines[line - 1] ?? '';
  const indent = /^\s*/.exec(content)?.[0].length ?? 0;
  return { file, start: start + indent, end: start + Math.max(indent, content.trimEnd().length) };
}
