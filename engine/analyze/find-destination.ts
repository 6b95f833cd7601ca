import { ts } from '../syntax/ts.ts';
import { collectReferences, isAssignmentOperator } from './collect-references.ts';
import { accessPath, isChangedPlace } from './find-mutations.ts';
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
  const value = carriersOf(identifier, checker).at(-1);
  return value && keeper(value, value.parent, isAsk, checker);
}

/**
 * The expressions that hold an object of a variable, each made of the one before: `list`, `list.filter(…)`,
 * `list.filter(…)[0]`. None when the read gives no object.
 */
function carriersOf(identifier: ts.Identifier, checker: ts.TypeChecker): readonly ts.Node[] {
  const { end } = accessPath(identifier);
  // `list.find(…)` gives an element of the list; a method that may do more counts as a change of its own.
  const first = isCallee(end) ? (end === identifier ? undefined : calledOn(end, checker)) : end;
  if (first === undefined || !isObject(first, checker)) return [];
  const found = [first];
  for (let value = carrierAround(first, checker); value !== undefined; value = carrierAround(value, checker))
    found.push(value);
  return found;
}

function carrierAround(value: ts.Node, checker: ts.TypeChecker): ts.Node | undefined {
  const { parent } = value;
  if (passesOn(value, parent, checker)) return parent;
  const isMember =
    (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) &&
    parent.expression === value;
  if (!isMember) return undefined;
  const held = isCallee(parent) ? calledOn(parent, checker) : parent;
  return held !== undefined && isObject(held, checker) ? held : undefined;
}

function isCallee(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && node.parent.expression === node;
}

/** What a method gives of the object that it is called on: a pure one, or one that puts a copy into another order. */
function calledOn(method: ts.Node, checker: ts.TypeChecker): ts.CallExpression | undefined {
  const call = method.parent as ts.CallExpression;
  return isPureBuiltinCall(call, checker) || isCopyChange(method, checker) ? call : undefined;
}

/** `[…list].sort()`, `list.filter(…).reverse()`: the list that is changed is nobody else's. */
function isCopyChange(method: ts.Node, checker: ts.TypeChecker): boolean {
  if (
    !ts.isPropertyAccessExpression(method) ||
    !checker.isArrayType(checker.getTypeAtLocation(method.expression))
  )
    return false;
  const holder = unwrap(method.expression);
  const isCopy =
    ts.isArrayLiteralExpression(holder) ||
    (ts.isCallExpression(holder) &&
      (isPureBuiltinCall(holder, checker) || isCopyChange(holder.expression, checker)));
  return isCopy && COPY_CHANGES.has(method.name.text);
}

const COPY_CHANGES: ReadonlySet<string> = new Set(['reverse', 'sort']);

/** Whether an object is changed where a variable gives it: `list.find(…).done = true`, `[x].at(0)?.tags.push(1)`. */
export function isChangedInPlace(identifier: ts.Identifier, checker: ts.TypeChecker): boolean {
  return carriersOf(identifier, checker).some((carrier) => {
    const { end, depth } = accessPath(carrier);
    return depth > 0 && isChangedPlace(end, checker) && !isCopyChange(end, checker);
  });
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
  const values = new Set([end, ...carriersOf(identifier, checker)]);
  const names = [...values].flatMap((value) =>
    callbacksOn(value, checker).map((callback) => namesOf(callback, checker)),
  );
  return names.includes('code') ? 'code' : names.flatMap((found) => (found === 'code' ? [] : found));
}

interface Callback {
  readonly fn: ts.Expression;
  /** Its first parameter is what a `reduce` has so far, and no element. */
  readonly hasBeginning: boolean;
}

/** What is given to the built-in method that is called on an object, or is given it. */
function callbacksOn(value: ts.Node, checker: ts.TypeChecker): readonly Callback[] {
  const method = isCallee(value) ? value : isCallee(value.parent) ? value.parent : undefined;
  const call = method === undefined ? value.parent : method.parent;
  if (!ts.isCallExpression(call) || (method === undefined && !isObject(value, checker))) return [];
  if (!isPureBuiltinCall(call, checker) && !isCopyChange(call.expression, checker)) return [];
  const isReduce = method !== undefined && /\.reduce(?:Right)?$/.test(method.getText());
  return call.arguments.map((argument) => ({
    fn: unwrap(argument),
    hasBeginning: isReduce && call.arguments.length > 1,
  }));
}

function namesOf({ fn, hasBeginning }: Callback, checker: ts.TypeChecker): readonly ts.Symbol[] | 'code' {
  if (ts.isArrowFunction(fn) || ts.isFunctionExpression(fn))
    return fn.parameters.slice(hasBeginning ? 1 : 0).flatMap(({ name }) => objectsIn(name, checker));
  const [signature] = checker.getTypeAtLocation(fn).getCallSignatures();
  if (signature === undefined || isPureGlobal(fn, checker)) return [];
  const types = signature.parameters.map((parameter) => checker.getTypeOfSymbolAtLocation(parameter, fn));
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
