import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import { leftSite } from '../await-to-mrtr/left-site.ts';
import { isTestFile } from '../server-entry/is-test-file.ts';
import { findAskingExports, type AskingExport } from './asking-exports.ts';
import { findWorkspaceAsks, type WorkspaceAsk } from './find-workspace-asks.ts';
import type { SourceUnit } from './find-source-units.ts';
import type { MigratedSite } from './migration.ts';

/**
 * The asking functions that the packages of a workspace offer to each other. Units are migrated one by one, so a handler
 * that asks through another package looks like one that does not ask.
 */
export class WorkspaceAsks {
  readonly #root: string;
  readonly #units: readonly SourceUnit[];
  readonly #packageOf: ReadonlyMap<string, string>;
  readonly #asking = new Map<string, AskingExport[]>();

  /** @param root the workspace, or a package without others */
  constructor(root: string, units: readonly SourceUnit[]) {
    this.#root = root;
    this.#units = units;
    const names = new Map<string, string | undefined>();
    const files = units.flatMap((unit) => unit.files);
    this.#packageOf = new Map(
      files.flatMap((file) => {
        const name = packageAround(dirname(file), root, names);
        return name === undefined ? [] : [[file, name] as const];
      }),
    );
  }

  /** Remembers what the files of a unit export that asks; there is nobody to export to in a single package. */
  readonly observe = (files: readonly ts.SourceFile[], checker: ts.TypeChecker): void => {
    if (new Set(this.#packageOf.values()).size < 2) return;
    for (const asking of findAskingExports(files, checker)) {
      const name = this.#packageOf.get(asking.file);
      if (name === undefined) continue;
      this.#asking.set(name, [...(this.#asking.get(name) ?? []), asking]);
    }
  };

  /** The calls that ask through another package, in the order of the units; places are relative to the workspace. */
  report(read: (path: string) => string): {
    readonly sites: readonly MigratedSite[];
    readonly diagnostics: readonly Diagnostic[];
  } {
    const asks =
      this.#asking.size === 0
        ? []
        : this.#units.flatMap(({ files }) => files).flatMap((file) => this.#asksOf(file, read(file)));
    return {
      sites: asks.map(({ call, file }) => ({ ...leftSite(call), file })),
      diagnostics: asks.map(({ call, file, helper, packageName }) =>
        diag.workspaceAsk({ ...spanOf(call.expression), file }, { helper, package: packageName }),
      ),
    };
  }

  #asksOf(path: string, text: string): readonly (WorkspaceAsk & { readonly file: string })[] {
    const file = relative(this.#root, path);
    if (isTestFile(file)) return [];
    const own = this.#packageOf.get(path);
    const others = new Map([...this.#asking].filter(([name]) => name !== own));
    return findWorkspaceAsks(path, text, others).map((ask) => ({ ...ask, file }));
  }
}

/** The name in the nearest package.json that has one, no further up than the workspace. */
function packageAround(
  dir: string,
  root: string,
  known: Map<string, string | undefined>,
): string | undefined {
  if (known.has(dir)) return known.get(dir);
  const name =
    nameIn(join(dir, 'package.json')) ??
    (dir === root ? undefined : packageAround(dirname(dir), root, known));
  known.set(dir, name);
  return name;
}

function nameIn(manifest: string): string | undefined {
  if (!existsSync(manifest)) return undefined;
  try {
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    // A manifest that cannot be read is the package manager's to report.
    return undefined;
  }
}
