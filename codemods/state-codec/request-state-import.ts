import { ts } from '../../engine/syntax/ts.ts';
import type { ImportRequest } from '../edits.ts';
import { requiresOf } from '../merge-requires.ts';

const EXPORTED = 'requestState';

/** The import of the project's `requestState`; under another name where a file has given that one to something else. */
export function requestStateImport(file: ts.SourceFile, module: string): ImportRequest & { as: string } {
  const request = { module, name: EXPORTED, typeOnly: false };
  const imported = importedAs(file, module);
  if (imported !== undefined) return { ...request, as: imported };
  const declared = declaredNames(file);
  let as = EXPORTED;
  for (let ordinal = 1; declared.has(as); ordinal += 1)
    as = ordinal === 1 ? 'mrtrState' : `mrtrState${ordinal}`;
  return { ...request, as };
}

function importedAs(file: ts.SourceFile, module: string): string | undefined {
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (statement.moduleSpecifier.text !== module || bindings === undefined || !ts.isNamedImports(bindings))
      continue;
    const own = bindings.elements.find(({ propertyName, name }) => (propertyName ?? name).text === EXPORTED);
    if (own !== undefined) return own.name.text;
  }
  for (const required of requiresOf(file)) {
    const own = required.names?.elements.find(
      ({ propertyName, name }) => (propertyName ?? name).getText() === EXPORTED,
    );
    if (required.module === module && own !== undefined) return own.name.getText();
  }
  return undefined;
}

/** The names that a declaration anywhere in the file introduces, so that none shadows the import. */
function declaredNames(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const { name } = node as ts.NamedDeclaration;
    const isBinding =
      ts.isVariableDeclaration(node) ||
      ts.isBindingElement(node) ||
      ts.isParameter(node) ||
      ts.isFunctionLike(node) ||
      ts.isClassLike(node) ||
      ts.isImportSpecifier(node) ||
      ts.isImportClause(node) ||
      ts.isNamespaceImport(node) ||
      ts.isEnumDeclaration(node);
    if (isBinding && name !== undefined && ts.isIdentifier(name)) names.add(name.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}
