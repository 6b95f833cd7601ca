import { ts } from '../../engine/syntax/ts.ts';

/** An import of another module. */
export interface ModuleImport {
  readonly specifier: string;
  /** All that the module exports becomes a value, so that it may be used under any name. */
  readonly isValue: boolean;
}

/** The names of the modules that a text imports or exports from, in any way. */
export function specifiersIn(text: string): readonly string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** What a text imports: statically, with `import(…)` or with `require(…)`. */
export function importsOf(path: string, text: string): readonly ModuleImport[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: ModuleImport[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) found.push({ specifier, isValue: isValue(node, file) });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  const named =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isExternalModuleReference(node)
        ? node.expression
        : ts.isCallExpression(node) && isLoading(node.expression)
          ? node.arguments[0]
          : undefined;
  return named !== undefined && ts.isStringLiteralLike(named) ? named.text : undefined;
}

function isLoading(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || callee.getText() === 'require';
}

function isValue(node: ts.Node, file: ts.SourceFile): boolean {
  if (ts.isExportDeclaration(node)) return node.exportClause?.kind === ts.SyntaxKind.NamespaceExport;
  if (ts.isImportDeclaration(node)) {
    const bindings = node.importClause?.namedBindings;
    return bindings !== undefined && ts.isNamespaceImport(bindings) && isUsedWhole(bindings.name, file);
  }
  const { parent } = ts.isAwaitExpression(node.parent) ? node.parent : node;
  if (ts.isExpressionStatement(parent)) return false;
  if (ts.isPropertyAccessExpression(parent)) return parent.name.text === 'then';
  if (!ts.isVariableDeclaration(parent)) return true;
  return ts.isIdentifier(parent.name) && isUsedWhole(parent.name, file);
}

/** True where a name stands for itself, and not for one of its members. */
function isUsedWhole(name: ts.Identifier, file: ts.SourceFile): boolean {
  const visit = (node: ts.Node): boolean => {
    if (!ts.isIdentifier(node) || node.text !== name.text || node === name)
      return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
    const { parent } = node;
    return !ts.isPropertyAccessExpression(parent) && !ts.isQualifiedName(parent);
  };
  return visit(file);
}
