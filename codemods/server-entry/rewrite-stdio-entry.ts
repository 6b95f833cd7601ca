import { diag } from '../../diagnostics/catalog.gen.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { FileRewrite, TextEdit } from '../edits.ts';
import { whyNoFactory } from './plan-server-factory.ts';
import { isSdkExport } from './sdk-symbols.ts';
import { constantOf, factoryCall, isRepeatable, usesOf } from './server-factory.ts';

const MODULE = '@modelcontextprotocol/server/stdio';

/**
 * `const server = createServer(…); await server.connect(new StdioServerTransport())` becomes
 * `serveStdio(() => createServer(…))`; a server that is also closed keeps its name for the handle, which has `close` too.
 * @returns undefined when the connect is not one to stdio
 */
export function rewriteStdioEntry(
  connect: ts.CallExpression,
  checker: ts.TypeChecker,
): FileRewrite | undefined {
  const [argument] = connect.arguments;
  if (argument === undefined) return undefined;
  const variable = constantOf(argument, checker);
  const creation = variable?.initializer ?? argument;
  if (!ts.isNewExpression(creation) || !isSdkExport(creation.expression, 'StdioServerTransport', checker))
    return undefined;
  const plan = planStdioEntry(connect, creation, variable, checker);
  if (typeof plan === 'string') {
    const params = { transport: 'stdio', reason: plan, entry: 'serveStdio' };
    return { edits: [], imports: [], diagnostics: [diag.entryNotConverted(spanOf(connect), params)] };
  }
  const renamed = renameImport(creation, checker);
  const edits = renamed === undefined ? plan : [...plan, renamed];
  const imports = renamed === undefined ? [{ module: MODULE, name: 'serveStdio', typeOnly: false }] : [];
  return { edits, imports, diagnostics: [] };
}

/** The edits, or why there are none. */
function planStdioEntry(
  connect: ts.CallExpression,
  creation: ts.NewExpression,
  transport: ts.VariableDeclaration | undefined,
  checker: ts.TypeChecker,
): TextEdit[] | string {
  if ((creation.arguments ?? []).length > 0) return 'the transport has streams of its own';
  if (transport !== undefined && usesOf(transport, checker).length > 1)
    return 'the transport is used elsewhere';
  const statement = statementOf(connect);
  if (statement === undefined) return 'the connection is not a statement of its own';
  const receiver = (connect.expression as ts.PropertyAccessExpression).expression;
  const server = constantOf(receiver, checker);
  const factory = factoryCall(server?.initializer ?? unparenthesized(receiver), checker);
  if (factory === undefined) return whyNoFactory(receiver, checker);
  if (!factory.arguments.every((argument) => isRepeatable(argument, checker)))
    return 'an argument of the factory is computed at the call';
  const uses = server === undefined ? [] : usesOf(server, checker).filter((use) => use !== receiver);
  if (!uses.every(isClose)) return 'the server is used for more than connecting and closing';
  const declarations = [server, transport].flatMap((declaration) =>
    declaration === undefined ? [] : [aloneInBlock(declaration, statement)],
  );
  if (declarations.includes(undefined)) return 'the server or its transport is declared elsewhere';
  const handle = uses.length > 0 && server !== undefined ? `const ${server.name.getText()} = ` : '';
  const replaced = {
    start: statement.getStart(),
    end: statement.expression.end,
    newText: `${handle}serveStdio(() => ${factory.getText()})`,
  };
  return [
    replaced,
    ...declarations.flatMap((declaration) => (declaration === undefined ? [] : [removal(declaration)])),
  ];
}

function statementOf(connect: ts.CallExpression): ts.ExpressionStatement | undefined {
  const whole = ts.isAwaitExpression(connect.parent) ? connect.parent : connect;
  return ts.isExpressionStatement(whole.parent) ? whole.parent : undefined;
}

function unparenthesized(expression: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(expression) ? unparenthesized(expression.expression) : expression;
}

function isClose(use: ts.Identifier): boolean {
  const { parent } = use;
  return (
    ts.isPropertyAccessExpression(parent) &&
    parent.name.text === 'close' &&
    ts.isCallExpression(parent.parent)
  );
}

/** The statement that declares just this variable, in the same statement list as `sibling`. */
function aloneInBlock(
  declaration: ts.VariableDeclaration,
  sibling: ts.Statement,
): ts.VariableStatement | undefined {
  const list = declaration.parent;
  const statement = list.parent;
  const alone = ts.isVariableDeclarationList(list) && list.declarations.length === 1;
  return alone &&
    ts.isVariableStatement(statement) &&
    statement.parent === sibling.parent &&
    statement.modifiers === undefined
    ? statement
    : undefined;
}

/** Removes a statement with its line; the comments in front of it stay. */
function removal(statement: ts.Statement): TextEdit {
  const { text } = statement.getSourceFile();
  const indent = /[ \t]*$/.exec(text.slice(0, statement.getStart()))?.[0].length ?? 0;
  const rest = /^[ \t]*\r?\n/.exec(text.slice(statement.end))?.[0].length;
  return {
    start: statement.getStart() - (rest === undefined ? 0 : indent),
    end: statement.end + (rest ?? 0),
    newText: '',
  };
}

/** Where the transport class was imported for this entry alone, its name in the import becomes `serveStdio`. */
function renameImport(creation: ts.NewExpression, checker: ts.TypeChecker): TextEdit | undefined {
  const file = creation.getSourceFile();
  const symbol = checker.getSymbolAtLocation(creation.expression);
  const specifier = symbol?.declarations?.find(ts.isImportSpecifier);
  if (specifier === undefined || specifier.propertyName !== undefined) return undefined;
  const { moduleSpecifier } = specifier.parent.parent.parent as ts.ImportDeclaration;
  if (!ts.isStringLiteral(moduleSpecifier) || moduleSpecifier.text !== MODULE) return undefined;
  let uses = 0;
  let served = false;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === 'serveStdio') served = true;
    if (ts.isIdentifier(node) && node !== specifier.name && checker.getSymbolAtLocation(node) === symbol)
      uses += 1;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return uses === 1 && !served
    ? { start: specifier.name.getStart(), end: specifier.name.end, newText: 'serveStdio' }
    : undefined;
}
