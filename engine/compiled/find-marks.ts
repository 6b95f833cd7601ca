import { ts } from '../syntax/ts.ts';
import { RUNTIME_MODULE } from './runtime-module.ts';
import { unwrap } from '../syntax/unwrap.ts';
import { memberOfImport } from './suspension.ts';

const MARK = 'resumable';

/** How a file names `resumable`: the local names of the function itself, and of the module it is a member of. */
export interface Marks {
  readonly names: ReadonlySet<string>;
  readonly modules: ReadonlySet<string>;
}

/**
 * Finds the names under which a file imports `resumable` at its top level, by `import` or by `require`, as people write
 * it or as TypeScript, esbuild, SWC and Babel print it (their helpers between the variable and `require` included).
 */
export function findMarks(source: ts.SourceFile): Marks {
  const names = new Set<string>();
  const modules = new Set<string>();
  const bind = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) modules.add(name.text);
    else if (ts.isObjectBindingPattern(name)) addNames(names, name.elements);
  };
  for (const statement of moduleStatements(source.statements)) {
    if (ts.isImportDeclaration(statement) && isRuntimeSpecifier(statement.moduleSpecifier)) {
      const bindings = statement.importClause?.namedBindings;
      if (bindings === undefined) continue;
      if (ts.isNamespaceImport(bindings)) bind(bindings.name);
      else addNames(names, bindings.elements);
    } else if (ts.isImportEqualsDeclaration(statement)) {
      const { moduleReference: reference } = statement;
      if (ts.isExternalModuleReference(reference) && isRuntimeSpecifier(reference.expression))
        bind(statement.name);
    } else if (ts.isVariableStatement(statement)) {
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (isRuntimeModule(initializer)) bind(name);
        else if (isMarkMember(initializer) && ts.isIdentifier(name)) names.add(name.text);
      }
    }
  }
  return { names, modules };
}

/** The statements of a module, also when a tool has wrapped it into a function that is called on the spot (tsx, UMD). */
function moduleStatements(statements: readonly ts.Statement[]): readonly ts.Statement[] {
  return statements.flatMap((statement) => {
    const call = ts.isExpressionStatement(statement) ? unwrap(statement.expression) : undefined;
    const callee = call !== undefined && ts.isCallExpression(call) ? unwrap(call.expression) : undefined;
    const isWrapper = callee !== undefined && (ts.isArrowFunction(callee) || ts.isFunctionExpression(callee));
    return isWrapper && ts.isBlock(callee.body) ? moduleStatements(callee.body.statements) : [statement];
  });
}

/** The argument of a call of `resumable`, or undefined when `node` is no such call. */
export function markedArgument(node: ts.Node, { names, modules }: Marks): ts.Expression | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const callee = memberOfImport(node.expression) ?? unwrap(node.expression);
  if (ts.isIdentifier(callee)) return names.has(callee.text) ? node.arguments[0] : undefined;
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== MARK) return undefined;
  const module = unwrap(callee.expression);
  return ts.isIdentifier(module) && modules.has(module.text) ? node.arguments[0] : undefined;
}

function addNames(
  names: Set<string>,
  elements: ts.NodeArray<ts.ImportSpecifier> | ts.NodeArray<ts.BindingElement>,
): void {
  for (const { name, propertyName } of elements) {
    if (!ts.isIdentifier(name)) continue;
    const imported = propertyName === undefined || !isNamed(propertyName) ? name : propertyName;
    if (imported.text === MARK) names.add(name.text);
  }
}

function isNamed(node: ts.Node): node is ts.Identifier | ts.StringLiteral {
  return ts.isIdentifier(node) || ts.isStringLiteral(node);
}

function isRuntimeSpecifier(node: ts.Expression | undefined): boolean {
  return node !== undefined && ts.isStringLiteralLike(node) && node.text === RUNTIME_MODULE;
}

/** `require('mrtr/runtime')` or `await import('mrtr/runtime')`, also as the argument of an interop helper. */
function isRuntimeModule(given: ts.Expression | undefined): boolean {
  const node = given && unwrap(given);
  if (node === undefined) return false;
  if (ts.isAwaitExpression(node)) return isRuntimeModule(node.expression);
  if (!ts.isCallExpression(node)) return false;
  const { expression: callee, arguments: args } = node;
  const isImport =
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
  if (isImport) return isRuntimeSpecifier(args[0]);
  return isInteropHelper(callee) && isRuntimeModule(args[0]);
}

function isInteropHelper(callee: ts.Expression): boolean {
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : (memberOfImport(callee)?.name ?? callee);
  return ts.isIdentifier(name) && /^_{1,2}(?:import|interop|toESM)/.test(name.text);
}

function isMarkMember(given: ts.Expression | undefined): boolean {
  const node = given && unwrap(given);
  return (
    node !== undefined &&
    ts.isPropertyAccessExpression(node) &&
    node.name.text === MARK &&
    isRuntimeModule(node.expression)
  );
}
