import { ts } from '../../engine/syntax/ts.ts';
import type { AskingExport } from './asking-exports.ts';

/** A call of a function that another package of the workspace exports and that asks the client. */
export interface WorkspaceAsk {
  readonly call: ts.CallExpression;
  /** What is called, as its package exports it. */
  readonly helper: string;
  readonly packageName: string;
  /** What the file imports it from: the package, or a path in it. */
  readonly specifier: string;
  readonly asking: AskingExport;
}

/** What the packages of a workspace export that asks, by package name. */
export type AskingPackages = ReadonlyMap<string, readonly AskingExport[]>;

/** Whether a text may have such calls, without parsing it. */
export function mayAskThroughPackages(text: string, packages: AskingPackages): boolean {
  return [...packages.keys()].some((name) => text.includes(name));
}

/**
 * Finds the calls in a file that go to asking functions of other packages of the workspace. Told by the imports alone: what
 * a package declares does not say that a function asks, and in a fresh checkout its declarations are not there.
 */
export function findWorkspaceAsks(file: ts.SourceFile, packages: AskingPackages): readonly WorkspaceAsk[] {
  const imported = file.statements.flatMap((statement) => importsOf(statement, packages));
  if (imported.length === 0) return [];
  const found: WorkspaceAsk[] = [];
  const visit = (node: ts.Node): void => {
    const ask = ts.isCallExpression(node) ? workspaceAskOf(node, imported) : undefined;
    if (ask !== undefined) found.push(ask);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** A local name for an asking export, or for all exports of its package. */
interface Imported {
  readonly local: string;
  readonly isNamespace: boolean;
  readonly asking: AskingExport;
  readonly packageName: string;
  readonly specifier: string;
}

function importsOf(statement: ts.Statement, packages: AskingPackages): readonly Imported[] {
  const found = importedNames(statement);
  if (found === undefined) return [];
  const { specifier } = found;
  const packageName = packageNameOf(specifier);
  return found.names.flatMap(({ local, original }) =>
    (packages.get(packageName) ?? [])
      .filter(({ name }) => original === undefined || name === original)
      .map((asking) => ({ local, isNamespace: original === undefined, asking, packageName, specifier })),
  );
}

interface ImportedNames {
  readonly specifier: string;
  /** `original` is absent for a name of the whole module. */
  readonly names: readonly { readonly local: string; readonly original?: string }[];
}

/** `import { a as b } from 'x'`, `import * as x from 'x'`, `const { a: b } = require('x')`, `const x = require('x')`. */
function importedNames(statement: ts.Statement): ImportedNames | undefined {
  if (ts.isVariableStatement(statement)) return requiredNames(statement);
  if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return undefined;
  const bindings = statement.importClause?.namedBindings;
  const names =
    bindings === undefined
      ? []
      : ts.isNamespaceImport(bindings)
        ? [{ local: bindings.name.text }]
        : bindings.elements.map(({ name, propertyName }) => ({
            local: name.text,
            original: (propertyName ?? name).text,
          }));
  const initial = statement.importClause?.name;
  if (initial !== undefined) names.push({ local: initial.text, original: 'default' });
  return { specifier: statement.moduleSpecifier.text, names };
}

function requiredNames({ declarationList }: ts.VariableStatement): ImportedNames | undefined {
  const [declaration] = declarationList.declarations;
  const call = declaration?.initializer;
  if (declaration === undefined || call === undefined || !ts.isCallExpression(call)) return undefined;
  const [specifier] = call.arguments;
  if (call.expression.getText() !== 'require' || specifier === undefined || !ts.isStringLiteral(specifier))
    return undefined;
  const { name } = declaration;
  if (ts.isIdentifier(name)) return { specifier: specifier.text, names: [{ local: name.text }] };
  const names = name.elements.flatMap((element) => {
    if (!ts.isBindingElement(element) || !ts.isIdentifier(element.name)) return [];
    return [{ local: element.name.text, original: (element.propertyName ?? element.name).getText() }];
  });
  return { specifier: specifier.text, names };
}

function packageNameOf(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
}

function workspaceAskOf(call: ts.CallExpression, imported: readonly Imported[]): WorkspaceAsk | undefined {
  const { expression } = call;
  const match = imported.find(({ local, isNamespace, asking: { name, method } }) => {
    // What the receiver is made of is not known: a method of that name, where its class is imported, is taken for it.
    if (method !== undefined)
      return ts.isPropertyAccessExpression(expression) && expression.name.text === method;
    if (!isNamespace) return ts.isIdentifier(expression) && expression.text === local;
    return (
      ts.isPropertyAccessExpression(expression) &&
      expression.name.text === name &&
      expression.expression.getText() === local
    );
  });
  if (match === undefined) return undefined;
  const { name, method } = match.asking;
  const called = name === 'default' ? match.local : name;
  return {
    call,
    helper: method === undefined ? called : `${called}.${method}`,
    packageName: match.packageName,
    specifier: match.specifier,
    asking: match.asking,
  };
}
