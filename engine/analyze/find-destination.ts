import { ts } from '../syntax/ts.ts';
import { collectReferences, isAssignmentOperator } from './collect-references.ts';
import { accessPath } from './find-mutations.ts';
import { isPureBuiltinCall, isPureGlobal } from './pure-builtins.ts';
import { unwrap } from '../syntax/unwrap.ts';

/** Where an object goes when a variable, or something it refers to, is read. */
export type Destination =
  /** To variables that then share the object: `const alias = source.list`, `holder.list = source`. */
  | { readonly kind: 'variables'; readonly names: readonly ts.Symbol[] }
  /** To the caller of the function. */
  | { readonly kind: 'returned' }
  /** To other code that may keep or change it. */
  | { readonly kind: 'code' };

/**
 * Follows an object from a read of a variable, through the literals, conditions and pure built-in calls it becomes part
 * of, to the place that keeps it.
 * @returns undefined when the read gives no object, or the object goes nowhere
 */
export function findDestination(
  identifier: ts.Identifier,
  isAsk: (call: ts.Node) => boolean,
  checker: ts.TypeChecker,
): Destination | undefined {
  let value: ts.Node = accessPath(identifier).end;
  // `list.find(…)` gives an element of the list; a method that may do more counts as a change of its own.
  if (ts.isCallExpression(value.parent) && value.parent.expression === value) {
    if (value === identifier || !isPureBuiltinCall(value.parent, checker)) return undefined;
    value = value.parent;
  }
  if (!isObject(value, checker)) return undefined;
  while (passesOn(value, value.parent, checker)) value = value.parent;
  return keeper(value, value.parent, isAsk, checker);
}

/**
 * What the callbacks of a pure built-in call name the objects in a variable that the call is made on or given:
 * `list.map((item) => …)`, `names.reduce((found, name) => …, found)`. They share these objects.
 * @returns `code` where a callback is a function whose parameters are not seen here
 */
export function findCallbackNames(
  identifier: ts.Identifier,
  checker: ts.TypeChecker,
): readonly ts.Symbol[] | 'code' {
  const { end } = accessPath(identifier);
  const call = end.parent;
  // A variable that is called itself is no object.
  if (!ts.isCallExpression(call) || call.expression === identifier || !isPureBuiltinCall(call, checker))
    return [];
  const names = call.arguments.map((argument) => namesOf(unwrap(argument), checker));
  return names.includes('code') ? 'code' : names.flatMap((found) => (found === 'code' ? [] : found));
}

function namesOf(callback: ts.Expression, checker: ts.TypeChecker): readonly ts.Symbol[] | 'code' {
  if (ts.isArrowFunction(callback) || ts.isFunctionExpression(callback))
    return callback.parameters.flatMap(({ name }) => objectsIn(name, checker));
  const [signature] = checker.getTypeAtLocation(callback).getCallSignatures();
  if (signature === undefined || isPureGlobal(callback, checker)) return [];
  const types = signature.parameters.map((parameter) =>
    checker.getTypeOfSymbolAtLocation(parameter, callback),
  );
  return types.some(mayBeObject) ? 'code' : [];
}

/** The object, or one inside it, is part of what `parent` evaluates to. */
function passesOn(value: ts.Node, parent: ts.Node, checker: ts.TypeChecker): boolean {
  if (ts.isConditionalExpression(parent)) return parent.condition !== value;
  if (ts.isSpreadElement(parent) || ts.isSpreadAssignment(parent)) return holdsObjects(value, checker);
  if (ts.isBinaryExpression(parent))
    return VALUE_OPERATORS.has(parent.operatorToken.kind) && isObject(parent, checker);
  if (ts.isCallExpression(parent)) return isPureBuiltinCall(parent, checker) && isObject(parent, checker);
  return TRANSPARENT_KINDS.has(parent.kind);
}

const VALUE_OPERATORS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.CommaToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

const TRANSPARENT_KINDS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.ArrayLiteralExpression,
  ts.SyntaxKind.AsExpression,
  ts.SyntaxKind.NonNullExpression,
  ts.SyntaxKind.ObjectLiteralExpression,
  ts.SyntaxKind.ParenthesizedExpression,
  ts.SyntaxKind.PropertyAssignment,
  ts.SyntaxKind.SatisfiesExpression,
  ts.SyntaxKind.ShorthandPropertyAssignment,
]);

function keeper(
  value: ts.Node,
  parent: ts.Node,
  isAsk: (call: ts.Node) => boolean,
  checker: ts.TypeChecker,
): Destination | undefined {
  if (ts.isVariableDeclaration(parent)) return shared(parent.name, checker);
  if (ts.isForOfStatement(parent) && parent.expression === value) return shared(parent.initializer, checker);
  if (ts.isBinaryExpression(parent))
    return isAssignmentOperator(parent.operatorToken.kind) && parent.right === value
      ? assigned(parent.left, checker)
      : undefined;
  if (ts.isReturnStatement(parent) || ts.isArrowFunction(parent)) return { kind: 'returned' };
  if (ts.isNewExpression(parent)) return parent.expression === value ? undefined : { kind: 'code' };
  if (!ts.isCallExpression(parent) || parent.expression === value) return undefined;
  return isAsk(parent) || isPureBuiltinCall(parent, checker) ? undefined : { kind: 'code' };
}

function shared(name: ts.Node, checker: ts.TypeChecker): Destination {
  return { kind: 'variables', names: objectsIn(name, checker) };
}

/** The variables of a pattern that may hold objects. */
function objectsIn(name: ts.Node, checker: ts.TypeChecker): readonly ts.Symbol[] {
  return collectReferences(name, checker)
    .filter(
      ({ isDeclaration, access, node }) => (isDeclaration || access !== 'read') && isObject(node, checker),
    )
    .map(({ symbol }) => symbol);
}

/** `x = …` and `x.y = …` share the object with `x`; `this.y = …` and other places are kept by other code. */
function assigned(target: ts.Expression, checker: ts.TypeChecker): Destination {
  let root: ts.Expression = target;
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root)) root = root.expression;
  const symbol = ts.isIdentifier(root) ? checker.getSymbolAtLocation(root) : undefined;
  return symbol === undefined ? { kind: 'code' } : { kind: 'variables', names: [symbol] };
}

/** A spread copies one level: what it copies may be objects that both then share. */
function holdsObjects(value: ts.Node, checker: ts.TypeChecker): boolean {
  const type = checker.getTypeAtLocation(value);
  const elements = checker.getIndexInfosOfType(type).map((info) => info.type);
  if (checker.isArrayType(type)) return elements.some(mayBeObject);
  const members = type.getProperties().map((property) => checker.getTypeOfSymbolAtLocation(property, value));
  return [...elements, ...members].some(mayBeObject);
}

const PRIMITIVE =
  ts.TypeFlags.StringLike |
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.BigIntLike |
  ts.TypeFlags.ESSymbolLike |
  ts.TypeFlags.Undefined |
  ts.TypeFlags.Null |
  ts.TypeFlags.Void;

/** May be an object that can be changed in place; a function is taken for one that is not. */
function isObject(node: ts.Node, checker: ts.TypeChecker): boolean {
  const shorthand =
    ts.isIdentifier(node) && ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : undefined;
  const type =
    shorthand === undefined
      ? checker.getTypeAtLocation(node)
      : checker.getTypeOfSymbolAtLocation(shorthand, node);
  return mayBeObject(type);
}

function mayBeObject(type: ts.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => (part.flags & PRIMITIVE) === 0 && part.getCallSignatures().length === 0);
}
