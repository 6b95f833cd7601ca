import { ts } from '../../engine/syntax/ts.ts';
import { SourceText } from '../await-to-mrtr/source-text.ts';
import type { ImportRequest, TextEdit } from '../edits.ts';
import { sdkMethod } from './sdk-symbols.ts';
import { isNewServer } from './server-factory.ts';

/** A class with a method that makes a server and puts it into a field. */
export interface ClassFactory {
  readonly owner: ts.ClassLikeDeclaration;
  readonly field: ts.PropertyDeclaration;
  /** `this.createServer()` */
  readonly call: string;
}

/** How the class of `this.server` makes that field's server anew: by a method of its own that assigns and returns it. */
export function classFactoryOf(receiver: ts.Expression, checker: ts.TypeChecker): ClassFactory | undefined {
  const field = fieldOfThis(receiver, checker);
  const owner = field?.parent;
  if (field === undefined || owner === undefined || !ts.isClassLike(owner)) return undefined;
  const method = owner.members.find(
    (member): member is ts.MethodDeclaration =>
      ts.isMethodDeclaration(member) && makesField(member, receiver.getText(), checker),
  );
  return method && { owner, field, call: `this.${method.name.getText()}()` };
}

/** The field that `this.server` names. */
export function fieldOfThis(
  expression: ts.Expression,
  checker: ts.TypeChecker,
): ts.PropertyDeclaration | undefined {
  if (!ts.isPropertyAccessExpression(expression)) return undefined;
  if (expression.expression.kind !== ts.SyntaxKind.ThisKeyword) return undefined;
  const declaration = checker.getSymbolAtLocation(expression)?.valueDeclaration;
  return declaration !== undefined && ts.isPropertyDeclaration(declaration) ? declaration : undefined;
}

function makesField(method: ts.MethodDeclaration, field: string, checker: ts.TypeChecker): boolean {
  const statements = method.body?.statements ?? [];
  const last = statements.at(-1);
  const isReturned = last !== undefined && ts.isReturnStatement(last) && last.expression?.getText() === field;
  if (!isReturned || method.parameters.length > 0 || method.asteriskToken !== undefined) return false;
  return statements.some((statement) => {
    const made = ts.isExpressionStatement(statement) ? statement.expression : undefined;
    return (
      made !== undefined &&
      ts.isBinaryExpression(made) &&
      made.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      made.left.getText() === field &&
      isNewServer(made.right, method, checker)
    );
  });
}

/** What keeps the handle of `serveStdio` for the places where the class closes its server. */
export interface ServingField {
  /** `this.serving = `, or nothing where the class never closes its server. */
  readonly assignment: string;
  readonly edits: readonly TextEdit[];
  readonly imports: readonly ImportRequest[];
}

/**
 * A handle closes the transport too, also before a client has said anything, when no server is connected yet; so it is
 * what the class has to close.
 */
export function keepHandle(
  { owner, field }: ClassFactory,
  module: string,
  checker: ts.TypeChecker,
): ServingField {
  const closed = closedReceivers(owner, field, checker);
  if (closed.length === 0) return { assignment: '', edits: [], imports: [] };
  const source = new SourceText(field.getSourceFile());
  const { eol, isTyped, semicolon } = source;
  const name = freshMember(owner, field);
  const type = 'StdioServerHandle';
  const declaration = isTyped ? `${privately(field)}${name}: ${type} | undefined` : name;
  const insertion = `${eol}${source.indentOf(field)}${declaration}${semicolon}`;
  return {
    assignment: `this.${name} = `,
    edits: [
      { start: field.end, end: field.end, newText: insertion },
      ...closed.map((receiver) => ({
        start: receiver.getStart(),
        end: receiver.end,
        newText: `this.${name}?`,
      })),
    ],
    imports: isTyped ? [{ module, name: type, typeOnly: true }] : [],
  };
}

function privately({ name }: ts.PropertyDeclaration): string {
  return ts.isPrivateIdentifier(name) ? '' : 'private ';
}

function freshMember(owner: ts.ClassLikeDeclaration, field: ts.PropertyDeclaration): string {
  const sign = ts.isPrivateIdentifier(field.name) ? '#' : '';
  const taken = new Set(owner.members.map((member) => member.name?.getText()));
  let name = `${sign}serving`;
  for (let n = 2; taken.has(name); n += 1) name = `${sign}serving${n}`;
  return name;
}

/** What `close` is called on, wherever that is the field or what the field's server wraps. */
function closedReceivers(
  owner: ts.ClassLikeDeclaration,
  field: ts.PropertyDeclaration,
  checker: ts.TypeChecker,
): ts.Expression[] {
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { expression: receiver, name } = node.expression;
      const isOwn = isOf(receiver, field, checker);
      if (isOwn && name.text === 'close' && sdkMethod(node, checker) !== undefined) found.push(receiver);
    }
    ts.forEachChild(node, visit);
  };
  visit(owner);
  return found;
}

function isOf(receiver: ts.Expression, field: ts.PropertyDeclaration, checker: ts.TypeChecker): boolean {
  if (fieldOfThis(receiver, checker) === field) return true;
  return ts.isPropertyAccessExpression(receiver) && isOf(receiver.expression, field, checker);
}
