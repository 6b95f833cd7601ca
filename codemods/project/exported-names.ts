import { ts } from '../../engine/syntax/ts.ts';
import type { SourceUnit } from './find-source-units.ts';

/** Everything that a module exports. */
export const ALL = '*';

/** The names of modules that are reached through what other modules export. */
export class ExportedNames {
  readonly #found = new Map<string, Set<string>>();
  readonly #unit: SourceUnit;
  readonly #read: (path: string) => string;

  constructor(unit: SourceUnit, read: (path: string) => string) {
    this.#unit = unit;
    this.#read = read;
  }

  has(file: string, name: string): boolean {
    const names = this.#found.get(file);
    return names !== undefined && (names.has(name) || names.has(ALL));
  }

  /** @param name what is reached of the module, {@link ALL} for everything */
  add(file: string, name: string): void {
    const names = this.#found.get(file) ?? new Set<string>();
    if (names.has(name)) return;
    this.#found.set(file, names.add(name));
    const { statements } = ts.createSourceFile(file, this.#read(file), ts.ScriptTarget.Latest);
    for (const origin of statements.flatMap((statement) => originsOf(statement, statements))) {
      if (name !== ALL && origin.name !== ALL && origin.name !== name) continue;
      const target = origin.from === undefined ? file : this.#resolve(origin.from, file);
      if (target !== undefined) this.add(target, origin.name === ALL ? name : origin.original);
    }
  }

  /** Everything that an import may reach. */
  addImported(specifier: string, from: string): void {
    const target = this.#resolve(specifier, from);
    if (target !== undefined) this.add(target, ALL);
  }

  #resolve(specifier: string, from: string): string | undefined {
    const { resolvedModule } = ts.resolveModuleName(specifier, from, this.#unit.options, ts.sys);
    const path = resolvedModule?.resolvedFileName;
    return path !== undefined && this.#unit.files.includes(path) ? path : undefined;
  }
}

/** Where a name that a module exports comes from: another module, or one of its own declarations. */
interface Origin {
  readonly name: string;
  readonly from: string | undefined;
  readonly original: string;
}

function originsOf(statement: ts.Statement, all: readonly ts.Statement[]): readonly Origin[] {
  if (ts.isExportAssignment(statement))
    return ts.isIdentifier(statement.expression)
      ? originsOfLocal(statement.expression.text, 'default', all)
      : [];
  if (!ts.isExportDeclaration(statement)) return [];
  const { exportClause: clause } = statement;
  const from = specifierOf(statement);
  if (clause === undefined) return [{ name: ALL, from, original: ALL }];
  if (ts.isNamespaceExport(clause)) return [{ name: clause.name.text, from, original: ALL }];
  return clause.elements.flatMap(({ name, propertyName }) => {
    const original = (propertyName ?? name).text;
    return from === undefined
      ? originsOfLocal(original, name.text, all)
      : [{ name: name.text, from, original }];
  });
}

/** `import { a as local } from 'x'; export { local as name };` */
function originsOfLocal(local: string, name: string, all: readonly ts.Statement[]): readonly Origin[] {
  const imported = all.flatMap((statement) => {
    const original = ts.isImportDeclaration(statement)
      ? importedAs(local, statement.importClause)
      : undefined;
    return original === undefined ? [] : [{ name, from: specifierOf(statement), original }];
  });
  return imported.length > 0 ? imported : [{ name, from: undefined, original: local }];
}

function importedAs(local: string, clause: ts.ImportClause | undefined): string | undefined {
  if (clause?.name?.text === local) return 'default';
  const bindings = clause?.namedBindings;
  if (bindings === undefined) return undefined;
  if (ts.isNamespaceImport(bindings)) return bindings.name.text === local ? ALL : undefined;
  const element = bindings.elements.find((found) => found.name.text === local);
  return element && (element.propertyName ?? element.name).text;
}

function specifierOf(statement: ts.Statement): string | undefined {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return undefined;
  const { moduleSpecifier } = statement;
  return moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : undefined;
}
