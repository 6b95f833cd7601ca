import { dirname, relative } from 'node:path';

import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { leftSite } from '../await-to-mrtr/left-site.ts';
import { isTestFile } from '../server-entry/is-test-file.ts';
import { findAskingExports, type AskingExport, type ObservedUnit } from './asking-exports.ts';
import { findWorkspaceAsks, mayAskThroughPackages, type WorkspaceAsk } from './find-workspace-asks.ts';
import type { SourceUnit } from './find-source-units.ts';
import type { ImportedAsks } from './imported-asks.ts';
import type { HandlerForm, MigratedSite } from './migration.ts';
import { isOwnFile, leadsToPackage, packageAround, type WorkspacePackage } from './workspace-package.ts';

/** A place in a file, by its absolute path. */
export interface Place {
  readonly file: string;
  readonly start: number;
}

/**
 * The asking functions that the packages of a workspace offer to each other. Units are migrated one by one, so a handler
 * that asks through another package looks like one that does not ask, until what that package compiles is known.
 */
export class WorkspaceAsks {
  readonly #root: string;
  readonly #units: readonly SourceUnit[];
  readonly #read: (path: string) => string;
  readonly #packageOf: ReadonlyMap<string, WorkspacePackage>;
  readonly #asking = new Map<SourceUnit, readonly AskingExport[]>();

  /**
   * @param root the workspace, or a package without others
   * @param read the text of a file
   */
  constructor(root: string, units: readonly SourceUnit[], read: (path: string) => string) {
    this.#root = root;
    this.#units = units;
    this.#read = read;
    const known = new Map<string, WorkspacePackage | undefined>();
    const files = units.flatMap((unit) => unit.files);
    this.#packageOf = new Map(
      files.flatMap((file) => {
        const found = packageAround(dirname(file), root, known);
        return found === undefined ? [] : [[file, found] as const];
      }),
    );
  }

  /** Remembers what the files of a unit export that asks; there is nobody to export to in a single package. */
  observe(unit: SourceUnit, observed: ObservedUnit): void {
    if (new Set(this.#packageOf.values()).size < 2) return;
    this.#asking.set(unit, findAskingExports(observed));
  }

  /** What the files of a unit ask through other packages that are compiled; undefined where there is nothing of it. */
  importedBy(unit: SourceUnit): ImportedAsks | undefined {
    const asks = this.#unitAsks(unit).filter((ask) => this.#whyUnfollowed(ask, unit) === undefined);
    if (asks.length === 0) return undefined;
    const files = new Set(asks.map(({ file }) => file));
    return {
      key: asks.map(({ file, call, helper }) => [file, call.getStart(), helper].join(':')).join('\n'),
      namesIn: (path, text) =>
        files.has(path)
          ? this.#asksIn(path, parse(path, text))
              .filter((ask) => this.#whyUnfollowed(ask, unit) === undefined)
              .map(({ call: { expression } }) =>
                ts.isPropertyAccessExpression(expression)
                  ? { name: expression.name.text, isMember: true }
                  : { name: expression.getText(), isMember: false },
              )
          : [],
      callsIn: (file, checker) =>
        files.has(file.fileName)
          ? this.#asksIn(file.fileName, file)
              .filter((ask) => this.#whyUnfollowed(ask, unit) === undefined && this.#isOf(ask, checker))
              .map(({ call }) => call)
          : [],
    };
  }

  /**
   * The calls that ask through another package and stay, in the order of the units; places are relative to the workspace.
   * @param followed the calls whose functions are marked
   */
  report(
    form: HandlerForm,
    followed: readonly Place[],
  ): { readonly sites: readonly MigratedSite[]; readonly diagnostics: readonly Diagnostic[] } {
    const isFollowed = ({ file, call }: FileAsk): boolean =>
      followed.some((place) => place.file === file && place.start === call.getStart());
    const left = this.#units.flatMap((unit) =>
      this.#unitAsks(unit)
        .map((ask) => ({ ...ask, reason: this.#reasonOf(ask, unit, form, isFollowed(ask)) }))
        .filter(({ reason }) => reason !== undefined),
    );
    return {
      sites: left.map(({ call, file }) => ({ ...leftSite(call), file: relative(this.#root, file) })),
      diagnostics: left.map(({ call, file, helper, packageName, reason = '' }) =>
        diag.workspaceAsk(
          { ...spanOf(call.expression), file: relative(this.#root, file) },
          { helper, package: packageName, reason },
        ),
      ),
    };
  }

  #reasonOf(ask: FileAsk, unit: SourceUnit, form: HandlerForm, isFollowed: boolean): string | undefined {
    if (form === 'readable') return 'its calls from other projects cannot be followed';
    const reason = this.#whyUnfollowed(ask, unit);
    if (reason !== undefined) return reason;
    return isFollowed ? undefined : 'not every function from a handler to this call can be marked';
  }

  #whyUnfollowed({ file, specifier, packageName, asking }: FileAsk, unit: SourceUnit): string | undefined {
    const exports = (this.#packages().get(packageName) ?? []).filter(
      ({ name, method }) => name === asking.name && method === asking.method,
    );
    if (!exports.every(({ isCompiled }) => isCompiled)) return 'it, or what it asks through, is not compiled';
    const own = this.#packageOf.get(asking.file);
    return own !== undefined && leadsToPackage(specifier, file, unit.options, own)
      ? undefined
      : `\`${specifier}\` does not lead to that package of this workspace from here`;
  }

  /** The receiver of a method is not known by its name alone. */
  #isOf({ call, asking }: WorkspaceAsk, checker: ts.TypeChecker): boolean {
    if (asking.method === undefined) return true;
    const declaration = checker.getResolvedSignature(call)?.declaration;
    const own = this.#packageOf.get(asking.file);
    return (
      declaration !== undefined &&
      own !== undefined &&
      isOwnFile(declaration.getSourceFile().fileName, own.dir)
    );
  }

  #packages(): ReadonlyMap<string, readonly AskingExport[]> {
    const packages = new Map<string, AskingExport[]>();
    for (const asking of [...this.#asking.values()].flat()) {
      const name = this.#packageOf.get(asking.file)?.name;
      if (name !== undefined) packages.set(name, [...(packages.get(name) ?? []), asking]);
    }
    return packages;
  }

  #unitAsks(unit: SourceUnit): readonly FileAsk[] {
    const packages = this.#packages();
    if (packages.size === 0) return [];
    return unit.files
      .filter((file) => mayAskThroughPackages(this.#read(file), packages))
      .flatMap((file) => this.#asksIn(file, parse(file, this.#read(file))));
  }

  #asksIn(path: string, file: ts.SourceFile): readonly FileAsk[] {
    if (isTestFile(relative(this.#root, path))) return [];
    const own = this.#packageOf.get(path)?.name;
    const others = new Map([...this.#packages()].filter(([name]) => name !== own));
    return findWorkspaceAsks(file, others).map((ask) => ({ ...ask, file: path }));
  }
}

type FileAsk = WorkspaceAsk & { readonly file: string };

function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}
