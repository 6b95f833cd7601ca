import { ts } from '../syntax/ts.ts';
import { unwrap } from '../syntax/unwrap.ts';

/**
 * The specifier of the package that `node` comes from: an import or `require` of its file, a member or a result of one,
 * or a constant that holds such a thing. Undefined for modules of the project, for the SDK, and for what is not known.
 */
export function packageBehind(
  given: ts.Expression,
  seen: ReadonlySet<ts.Node> = new Set(),
): string | undefined {
  const node = unwrap(given);
  if (ts.isIdentifier(node)) return packageOfName(node, seen);
  if (ts.isAwaitExpression(node) || ts.isPropertyAccessExpression(node) || ts.isNewExpression(node))
    return packageBehind(node.expression, seen);
  if (!ts.isCallExpression(node)) return undefined;
  const [first] = node.arguments;
  const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
  return isRequire ? packageNamed(first) : packageBehind(node.expression, seen);
}

/** Looks for the declaration of a name from where it is used outwards (ECMA-262 9.1). */
function packageOfName(use: ts.Identifier, seen: ReadonlySet<ts.Node>): string | undefined {
  for (let at: ts.Node | undefined = use.parent; at !== undefined; at = at.parent) {
    if (hidesName(at, use.text)) return undefined;
    const statements = ts.isSourceFile(at) || ts.isBlock(at) ? at.statements : [];
    for (const statement of statements) {
      const imported = moduleImporting(statement, use.text);
      if (imported !== undefined) return packageNamed(imported);
      if (isDeclarationOf(statement, use.text)) return undefined;
      const variable = variableNamed(statement, use.text);
      if (variable === undefined) continue;
      const isKnown = (variable.parent.flags & ts.NodeFlags.Const) !== 0 && !seen.has(variable);
      if (!isKnown || variable.initializer === undefined) return undefined;
      return packageBehind(variable.initializer, new Set([...seen, variable]));
    }
  }
  return undefined;
}

/** True for a parameter, or a variable of a loop or a `catch`: what it holds is not known. */
function hidesName(node: ts.Node, name: string): boolean {
  if (ts.isFunctionLike(node)) return node.parameters.some((parameter) => binds(parameter.name, name));
  if (ts.isCatchClause(node))
    return node.variableDeclaration !== undefined && binds(node.variableDeclaration.name, name);
  const isLoop = ts.isForStatement(node) || ts.isForOfStatement(node) || ts.isForInStatement(node);
  if (!isLoop || node.initializer === undefined || !ts.isVariableDeclarationList(node.initializer))
    return false;
  return node.initializer.declarations.some((declaration) => binds(declaration.name, name));
}

function moduleImporting(statement: ts.Statement, name: string): ts.Expression | undefined {
  if (ts.isImportEqualsDeclaration(statement) && statement.name.text === name) {
    const { moduleReference: reference } = statement;
    return ts.isExternalModuleReference(reference) ? reference.expression : undefined;
  }
  if (!ts.isImportDeclaration(statement)) return undefined;
  const { name: own, namedBindings: bindings } = statement.importClause ?? {};
  const named = bindings === undefined ? [] : ts.isNamespaceImport(bindings) ? [bindings] : bindings.elements;
  const isImported = own?.text === name || named.some((element) => element.name.text === name);
  return isImported ? statement.moduleSpecifier : undefined;
}

function isDeclarationOf(statement: ts.Statement, name: string): boolean {
  return (
    (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name?.text === name
  );
}

function variableNamed(
  statement: ts.Statement,
  name: string,
): (ts.VariableDeclaration & { readonly parent: ts.Node }) | undefined {
  if (!ts.isVariableStatement(statement)) return undefined;
  return statement.declarationList.declarations.find((declaration) => binds(declaration.name, name));
}

function binds(target: ts.BindingName, name: string): boolean {
  if (ts.isIdentifier(target)) return target.text === name;
  return target.elements.some((element) => ts.isBindingElement(element) && binds(element.name, name));
}

/** What a specifier cannot mean a package by: relative and absolute paths, subpath imports, and the usual aliases. */
const OF_PROJECT = /^(?:[./#~]|@\/)/;
/** These neither wait for what they are given nor lose it: they register it, or know flows. */
const KNOWN = /^(?:mrtr|@modelcontextprotocol)(?:\/|$)/;

function packageNamed(specifier: ts.Expression | undefined): string | undefined {
  if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return undefined;
  const { text } = specifier;
  return OF_PROJECT.test(text) || KNOWN.test(text) ? undefined : text;
}
