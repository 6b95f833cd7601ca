import { basename, dirname, join, relative, resolve } from 'node:path';

import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { createImportClosure } from '../../engine/analyze/import-closure.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import { printEquivalenceTest } from '../../templates/equivalence-test.ts';
import { readTemplate } from '../../templates/read-template.ts';
import { findSourceUnits } from '../project/find-source-units.ts';
import { loadCandidates, type LoadOptions } from '../project/load-candidates.ts';
import type { MigratedSite, MigrationResult, RewrittenFile } from '../project/migration.ts';
import { packageDirectories } from '../project/package-directories.ts';
import { findServerFactories, type ServerFactory } from './find-server-factories.ts';
import { mirrorSource } from './mirror-source.ts';
import { withoutExtension } from '../without-extension.ts';

export interface EquivalenceTests {
  readonly files: ReadonlyMap<string, RewrittenFile>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Plans tests that drive each server as it was and as it is with the same answers. The former sources that differ, and
 * those that lead to them, are copied below `test/mrtr/before/` of the package; everything else is shared by both.
 * @param migration what is about to be written; its texts before are what is copied
 */
export async function planEquivalenceTests(
  dir: string,
  migration: MigrationResult,
  load: LoadOptions,
): Promise<EquivalenceTests> {
  const root = resolve(dir);
  const sites = migration.sites.filter(({ outcome }) => outcome === 'guard' || outcome === 'phases');
  if (sites.length === 0) return { files: new Map(), diagnostics: [] };
  const files = new Map<string, string>();
  const covered = new Set<MigratedSite>();
  for (const unit of await findSourceUnits(root)) {
    const { files: candidates, program } = loadCandidates(unit, { ...load, skip: new Set(unit.files) });
    const checker = program.getTypeChecker();
    const importedBy = createImportClosure(checker);
    for (const factory of findServerFactories(candidates, checker)) {
      const reached = importedBy(factory.file);
      const own = sites.filter(({ file }) =>
        [...reached].some(({ fileName }) => fileName === join(root, file)),
      );
      if (own.length === 0) continue;
      for (const site of own) covered.add(site);
      const isOld = (file: ts.SourceFile): boolean =>
        [...importedBy(file)].some(({ fileName }) => migration.files.has(fileName));
      const server = { factory, handlers: own, reached: [...reached], isOld };
      for (const [path, text] of planServer(server, root)) files.set(path, text);
    }
  }
  const left = sites.filter((site) => !covered.has(site)).map(({ handler }) => handler);
  return {
    files: new Map([...files].map(([path, after]) => [path, { before: '', after, isDevelopment: true }])),
    diagnostics: left.length === 0 ? [] : [diag.noFactoryForTests(undefined, { handlers: left.join(', ') })],
  };
}

interface PlannedServer {
  readonly factory: ServerFactory;
  readonly handlers: readonly MigratedSite[];
  readonly reached: readonly ts.SourceFile[];
  /** The file differs after the migration, or leads to one that does. */
  readonly isOld: (file: ts.SourceFile) => boolean;
}

function planServer(server: PlannedServer, root: string): ReadonlyMap<string, string> {
  const { factory, handlers, reached, isOld } = server;
  const home = packageDirectories(dirname(factory.file.fileName), root)[0] ?? root;
  const tests = join(home, 'test/mrtr');
  const placeOf = (path: string): string => join(tests, 'before', relative(home, path));
  const old = reached.filter(isOld);
  const copied = new Set(old.map(({ fileName }) => withoutExtension(fileName)));
  const isCopied = (path: string): boolean =>
    copied.has(withoutExtension(path)) || copied.has(join(withoutExtension(path), 'index'));
  const shared = reached.filter((file) => !isOld(file) && old.some((from) => imports(from, file, isCopied)));
  const specifier = (path: string): string => importPath(tests, path);
  const name = withoutExtension(basename(factory.file.fileName));
  return new Map([
    ...old.map((file): [string, string] => [
      placeOf(file.fileName),
      mirrorSource(file, placeOf(file.fileName), isCopied),
    ]),
    [join(tests, 'compare-servers.ts'), readTemplate('migrate/compare-servers.ts')],
    [
      join(tests, `${name}.test.ts`),
      printEquivalenceTest({
        handlers: handlers.map(({ handler }) => handler),
        factory: factory.name,
        before: specifier(placeOf(factory.file.fileName)),
        after: specifier(factory.file.fileName),
        modules: shared.map(({ fileName }) => specifier(fileName)),
      }),
    ],
  ]);
}

/** Whether a file's own imports name another one. */
function imports(from: ts.SourceFile, target: ts.SourceFile, isCopied: (path: string) => boolean): boolean {
  return from.statements.some((statement) => {
    const text = /from\s+['"](\.[^'"]+)['"]/.exec(statement.getText(from))?.[1];
    if (text === undefined) return false;
    const path = resolve(dirname(from.fileName), text);
    const stem = withoutExtension(target.fileName);
    return !isCopied(path) && [stem, dirname(stem)].includes(withoutExtension(path));
  });
}

function importPath(from: string, path: string): string {
  const emitted = path.replace(/\.([cm]?)tsx?$/, '.$1js');
  const text = relative(from, emitted).replaceAll('\\', '/');
  return text.startsWith('.') ? text : `./${text}`;
}
