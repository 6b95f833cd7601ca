import { ts } from '../engine/syntax/ts.ts';
import type { ImportRequest, TextEdit } from './edits.ts';
import type { ImportStyle } from './imports.ts';

/** `const { McpServer } = require('@modelcontextprotocol/server')`, at the top level of a script. */
export interface RequireDeclaration {
  readonly statement: ts.VariableStatement;
  readonly module: string;
  /** The names taken out of the module; undefined where it is kept whole. */
  readonly names: ts.ObjectBindingPattern | undefined;
}

/** A JavaScript file that requires its modules, in which an `import` would be a syntax error. */
export function isCommonJsScript(file: ts.SourceFile): boolean {
  const isModule = file.statements.some(
    (statement) =>
      ts.isImportDeclaration(statement) ||
      ts.isExportDeclaration(statement) ||
      ts.isExportAssignment(statement),
  );
  return /\.c?jsx?$/.test(file.fileName) && !isModule && requiresOf(file).length > 0;
}

/** What a script requires before it does anything else. */
export function requiresOf(file: ts.SourceFile): RequireDeclaration[] {
  const found: RequireDeclaration[] = [];
  for (const statement of file.statements) {
    if (isDirective(statement)) continue;
    const required = readRequire(statement);
    if (required === undefined) break;
    found.push(required);
  }
  return found;
}

function isDirective(statement: ts.Statement): boolean {
  return ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
}

function readRequire(statement: ts.Statement): RequireDeclaration | undefined {
  if (!ts.isVariableStatement(statement)) return undefined;
  const [declaration, second] = statement.declarationList.declarations;
  if (declaration?.initializer === undefined || second !== undefined) return undefined;
  const call = innermost(declaration.initializer);
  const [module] = ts.isCallExpression(call) ? call.arguments : [];
  const isRequire = ts.isCallExpression(call) && call.expression.getText() === 'require';
  if (!isRequire || module === undefined || !ts.isStringLiteralLike(module)) return undefined;
  const isWhole = declaration.initializer === call;
  const names = isWhole && ts.isObjectBindingPattern(declaration.name) ? declaration.name : undefined;
  return { statement, module: module.text, names };
}

/** `require('a')` of `require('a').b` and `require('a')(c)`. */
function innermost(expression: ts.Expression): ts.Expression {
  if (ts.isPropertyAccessExpression(expression)) return innermost(expression.expression);
  const isCallOfValue = ts.isCallExpression(expression) && !ts.isIdentifier(expression.expression);
  return isCallOfValue ? innermost(expression.expression) : expression;
}

/** Merges the requested names into the script's `require`s; types have no place in one. */
export function mergeRequires(
  file: ts.SourceFile,
  requests: readonly ImportRequest[],
  style: ImportStyle,
): TextEdit[] {
  const declarations = requiresOf(file);
  const missing = requests.filter(
    (request) => !request.typeOnly && !declarations.some((declaration) => requires(declaration, request)),
  );
  const edits: TextEdit[] = [];
  const lines: string[] = [];
  for (const module of new Set(missing.map((request) => request.module))) {
    const names = missing.filter((request) => request.module === module).map(boundName);
    const host = declarations.find((candidate) => candidate.module === module && hasNames(candidate));
    const last = host?.names?.elements.at(-1);
    const { quote, semicolon } = style;
    if (last === undefined)
      lines.push(`const { ${names.join(', ')} } = require(${quote}${module}${quote})${semicolon}`);
    else edits.push({ start: last.end, end: last.end, newText: names.map((name) => `, ${name}`).join('') });
  }
  const end = declarations.at(-1)?.statement.end ?? 0;
  if (lines.length > 0)
    edits.push({ start: end, end, newText: lines.map((line) => style.eol + line).join('') });
  return edits;
}

/** Names can be added, unless the rest of them is collected. */
function hasNames({ names }: RequireDeclaration): boolean {
  return names !== undefined && names.elements.every(({ dotDotDotToken }) => dotDotDotToken === undefined);
}

function requires(
  { module, names }: RequireDeclaration,
  { module: wanted, name, as }: ImportRequest,
): boolean {
  if (module !== wanted) return false;
  return (names?.elements ?? []).some(
    (element) =>
      (element.propertyName ?? element.name).getText() === name && element.name.getText() === (as ?? name),
  );
}

function boundName({ name, as }: ImportRequest): string {
  return as === undefined || as === name ? name : `${name}: ${as}`;
}
