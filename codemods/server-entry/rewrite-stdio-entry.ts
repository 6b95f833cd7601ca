import { isAsyncFunction } from '../../engine/syntax/is-async-function.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { SourceText } from '../await-to-mrtr/source-text.ts';
import type { FileRewrite, ImportRequest, TextEdit } from '../edits.ts';
import { requiresOf } from '../merge-requires.ts';
import { classFactoryOf, keepHandle } from './class-factory.ts';
import { connectOneServer } from './connect-one-server.ts';
import { entryFactoryOf } from './entry-factory.ts';
import type { EntryFacts } from './rewrite-server-entry.ts';
import { isStdioTransport } from './sdk-symbols.ts';
import { constantOf, isRepeatable, usesOf } from './server-factory.ts';

const MODULE = '@modelcontextprotocol/server/stdio';

const KEEP_HANDLERS: ImportRequest = { module: 'mrtr/runtime', name: 'keepHandlers', typeOnly: false };

/** What `serveStdio` is to be given: a transport of its own, which needs nothing, or the one of the program. */
interface StdioTransport {
  /** `new StdioServerTransport()`, for this connection alone, so that it can go. */
  readonly creation: ts.NewExpression | undefined;
  /** The variable that holds it and goes with it. */
  readonly variable: ts.VariableDeclaration | undefined;
  /** What the program made, as it writes it, when that stays. */
  readonly text: string | undefined;
  readonly keepsHandlers: boolean;
}

/**
 * `const server = createServer(…); await server.connect(new StdioServerTransport())` becomes
 * `serveStdio(() => createServer(…))`; a server that is also closed keeps its name for the handle, which has `close` too.
 * A transport that the program uses for more, or that has streams of its own, is handed on: `{ transport }`. A server that
 * is not made by such a function serves the connection itself (`connectOneServer`).
 * @returns undefined when the connect is not one to stdio
 */
export function rewriteStdioEntry(connect: ts.CallExpression, facts: EntryFacts): FileRewrite | undefined {
  const { checker } = facts;
  const [argument] = connect.arguments;
  if (argument === undefined || !isStdioTransport(argument, checker)) return undefined;
  const transport = readTransport(argument, connect, checker);
  const plan = planStdioEntry(connect, transport, facts);
  if (plan === undefined) return connectOneServer(connect, argument);
  const renamed = transport.creation && renameImport(transport.creation, checker);
  const imports = [
    ...plan.imports,
    ...(renamed !== undefined ? [] : [{ module: MODULE, name: 'serveStdio', typeOnly: false }]),
    ...(transport.keepsHandlers ? [KEEP_HANDLERS] : []),
  ];
  const edits = renamed === undefined ? plan.edits : [...plan.edits, renamed];
  return { edits, imports, diagnostics: [] };
}

function readTransport(
  argument: ts.Expression,
  connect: ts.CallExpression,
  checker: ts.TypeChecker,
): StdioTransport {
  const variable = constantOf(argument, checker);
  const creation = variable?.initializer ?? argument;
  const uses = variable === undefined ? [] : usesOf(variable, checker);
  const isOwn = ts.isNewExpression(creation) && (creation.arguments ?? []).length === 0 && uses.length <= 1;
  const statement = placeOf(connect)?.statement;
  const isRemovable =
    variable === undefined || (statement !== undefined && aloneInBlock(variable, statement) !== undefined);
  if (isOwn && isRemovable) return { creation, variable, text: undefined, keepsHandlers: false };
  const keepsHandlers = !ts.isNewExpression(argument) && !isUntouched(variable, uses, connect);
  return { creation: undefined, variable: undefined, text: argument.getText(), keepsHandlers };
}

/** Nothing can have given the transport handlers before it is connected. */
function isUntouched(
  variable: ts.VariableDeclaration | undefined,
  uses: readonly ts.Identifier[],
  connect: ts.CallExpression,
): boolean {
  if (variable === undefined) return false;
  const scope = ts.findAncestor(connect, ts.isFunctionLike);
  return uses.every((use) => use.pos >= connect.pos || ts.findAncestor(use, ts.isFunctionLike) !== scope);
}

/** Serves a factory; undefined where there is none, or more is done with its server than connecting and closing it. */
function planStdioEntry(
  connect: ts.CallExpression,
  transport: StdioTransport,
  { checker }: EntryFacts,
): Omit<FileRewrite, 'diagnostics'> | undefined {
  const place = placeOf(connect);
  if (place === undefined) return undefined;
  const { statement } = place;
  const receiver = (connect.expression as ts.PropertyAccessExpression).expression;
  const replace = (handle: string, factory: string): TextEdit => {
    const served = `${handle}serveStdio(() => ${factory}${printOptions(transport)})`;
    const { isChained, replaced, rest } = place;
    const newText = isChained ? `Promise.resolve(${served})` : `${served}${rest}`;
    return { start: replaced.getStart(), end: replaced.end, newText };
  };
  const ofClass = classFactoryOf(receiver, checker);
  if (ofClass !== undefined) {
    const removed = removals([transport.variable], statement);
    if (removed === undefined) return undefined;
    const { assignment, edits, imports } = keepHandle(ofClass, MODULE, checker);
    return { edits: [replace(assignment, ofClass.call), ...removed, ...edits], imports };
  }
  const factory = entryFactoryOf(receiver, checker);
  if (factory === undefined) return undefined;
  if (!factory.call.arguments.every((argument) => isRepeatable(argument, checker))) return undefined;
  const { constant } = factory;
  const uses =
    constant === undefined ? [] : usesOf(constant.named, checker).filter((use) => use !== receiver);
  if (!uses.every(isClose)) return undefined;
  const removed = removals([constant?.declaration, transport.variable], statement);
  if (removed === undefined) return undefined;
  // What closes the server would have no handle for it.
  if (uses.length > 0 && place.isChained) return undefined;
  const handle = uses.length > 0 && constant !== undefined ? `const ${constant.named.name.getText()} = ` : '';
  return { edits: [replace(handle, factory.text), ...removed], imports: [] };
}

/** Removes what only the connection needed; undefined when one of it does not stand in the same statement list. */
function removals(
  declarations: readonly (ts.VariableDeclaration | undefined)[],
  statement: ts.Statement,
): TextEdit[] | undefined {
  const statements = declarations.flatMap((declaration) =>
    declaration === undefined ? [] : [aloneInBlock(declaration, statement)],
  );
  const found = statements.flatMap((declared) => declared ?? []);
  return found.length === statements.length ? found.map(removal) : undefined;
}

function printOptions({ text, keepsHandlers }: StdioTransport): string {
  if (text === undefined) return '';
  if (keepsHandlers) return `, { transport: keepHandlers(${text}) }`;
  return text === 'transport' ? ', { transport }' : `, { transport: ${text} }`;
}

interface Place {
  readonly statement: ts.ExpressionStatement | ts.ReturnStatement;
  /** What `serveStdio` takes the place of. */
  readonly replaced: ts.Expression | ts.ReturnStatement;
  /** What follows it there. */
  readonly rest: string;
  /** `.then(…).catch(…)` follows, so a promise has to stand there. */
  readonly isChained: boolean;
}

/** The connect as a statement, awaited or with a chain behind it that makes nothing of its value. */
function placeOf(connect: ts.CallExpression): Place | undefined {
  let whole: ts.Expression = connect;
  for (let next = chainedOn(whole); next !== undefined; next = chainedOn(whole)) whole = next;
  const isChained = whole !== connect;
  if (isOperand(whole.parent)) whole = whole.parent;
  const statement = whole.parent;
  if (ts.isReturnStatement(statement) && !isChained) return placeOfReturn(statement);
  if (!ts.isExpressionStatement(statement)) return undefined;
  return { statement, replaced: isChained ? connect : whole, isChained, rest: '' };
}

/**
 * `return server.connect(…)` of an async function, which then gives a promise of nothing as before. Where more follows,
 * the function still has to end there.
 */
function placeOfReturn(statement: ts.ReturnStatement): Place | undefined {
  const fn = ts.findAncestor(statement, ts.isFunctionLike);
  const list = statement.parent;
  if (fn === undefined || !isAsyncFunction(fn) || !ts.isBlock(list)) return undefined;
  const source = new SourceText(statement.getSourceFile());
  const isLast = list.parent === fn && list.statements.at(-1) === statement;
  const end = statement.getText().endsWith(';') ? ';' : '';
  const rest = isLast ? end : `${source.semicolon}${source.eol}${source.indentOf(statement)}return${end}`;
  return { statement, replaced: statement, isChained: false, rest };
}

function isOperand(node: ts.Node): node is ts.AwaitExpression | ts.VoidExpression {
  return ts.isAwaitExpression(node) || ts.isVoidExpression(node);
}

/** The call of `.then(() => …)`, `.catch(…)` or `.finally(…)` on a promise. */
function chainedOn(promise: ts.Expression): ts.CallExpression | undefined {
  const { parent } = promise;
  if (!ts.isPropertyAccessExpression(parent) || parent.expression !== promise) return undefined;
  const call = parent.parent;
  if (!ts.isCallExpression(call) || call.expression !== parent) return undefined;
  const [settled] = call.arguments;
  if (parent.name.text === 'catch' || parent.name.text === 'finally') return call;
  const ignoresValue =
    settled !== undefined &&
    (ts.isArrowFunction(settled) || ts.isFunctionExpression(settled)) &&
    settled.parameters.length === 0;
  return parent.name.text === 'then' && ignoresValue ? call : undefined;
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
  const specifier = symbol && importedFrom(MODULE, symbol, file);
  if (specifier === undefined || specifier.propertyName !== undefined) return undefined;
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

/** Where a name is taken from a module by an import or a `require`. */
function importedFrom(
  module: string,
  { declarations = [] }: ts.Symbol,
  file: ts.SourceFile,
): ts.ImportSpecifier | ts.BindingElement | undefined {
  const imported = declarations.find(ts.isImportSpecifier);
  if (imported !== undefined) {
    const { moduleSpecifier } = imported.parent.parent.parent as ts.ImportDeclaration;
    return ts.isStringLiteral(moduleSpecifier) && moduleSpecifier.text === module ? imported : undefined;
  }
  return requiresOf(file)
    .filter((required) => required.module === module)
    .flatMap(({ names }) => names?.elements ?? [])
    .find((element) => declarations.includes(element));
}
