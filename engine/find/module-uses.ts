import { collectReferences } from '../analyze/collect-references.ts';
import { resolveAlias } from '../syntax/resolve-alias.ts';
import { ts } from '../syntax/ts.ts';

/** How the modules of a program are imported. */
export class ModuleUses {
  readonly #checker: ts.TypeChecker;
  readonly #imported = new Set<ts.Symbol>();
  /** Modules that are values somewhere, so that their exports may be called by any name. */
  readonly #values = new Set<ts.Symbol>();

  constructor(files: readonly ts.SourceFile[], checker: ts.TypeChecker) {
    this.#checker = checker;
    for (const file of files) this.#add(file);
  }

  /** True where a module names one of the file's exports in an import, or hands all of them on. */
  isImported(file: ts.SourceFile): boolean {
    const module = this.#checker.getSymbolAtLocation(file);
    return module !== undefined && this.#imported.has(module);
  }

  /** True where a module that exports `symbol` is used as a value. */
  isExportOfValue(symbol: ts.Symbol): boolean {
    return [...this.#values].some((module) => isExportedBy(module, symbol, this.#checker));
  }

  #add(file: ts.SourceFile): void {
    const visit = (node: ts.Node): void => {
      const specifier = specifierOf(node);
      const module = specifier && this.#checker.getSymbolAtLocation(specifier);
      if (module !== undefined) {
        this.#imported.add(module);
        if (this.#isValue(node, file)) this.#values.add(module);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }

  #isValue(node: ts.Node, file: ts.SourceFile): boolean {
    if (ts.isExportDeclaration(node)) return node.exportClause?.kind === ts.SyntaxKind.NamespaceExport;
    if (!ts.isImportDeclaration(node)) return true;
    const bindings = node.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamespaceImport(bindings)) return false;
    const namespace = this.#checker.getSymbolAtLocation(bindings.name);
    return collectReferences(file, this.#checker).some(
      (use) =>
        use.symbol === namespace &&
        use.node !== bindings.name &&
        !ts.isPropertyAccessExpression(use.node.parent) &&
        !ts.isQualifiedName(use.node.parent),
    );
  }
}

export function isExportedBy(module: ts.Symbol, symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  return checker.getExportsOfModule(module).some((found) => resolveAlias(found, checker) === symbol);
}

/** What an import, an export from another module, `import(…)` or `require(…)` names. */
function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  const isLoading =
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(expression) && expression.text === 'require');
  return isLoading ? node.arguments[0] : undefined;
}
