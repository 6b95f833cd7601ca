import { classifySerializability } from './classify-serializability.ts';
import { collectReferences } from './collect-references.ts';
import { isMutationThrough, isStepOperator } from './find-mutations.ts';
import { isHarmlessArgument, type MayRead } from './harmless-function.ts';
import { isPureBuiltinCall, isStandardLibrary } from './pure-builtins.ts';
import { isSdkFile, sdkFunctionName } from '../find/find-asks.ts';
import { ts } from '../syntax/ts.ts';
import { resolveAlias } from '../syntax/resolve-alias.ts';
import { unwrap } from '../syntax/unwrap.ts';

/** Decides whether reading a variable gives the same value in every round. */
export interface IsStable {
  (symbol: ts.Symbol): boolean;
  /** `this` is the same object again. */
  readonly hasThis?: boolean;
  /** A closure may hold the variable: every round has its own, such as the request's context. */
  readonly isCapturable?: (symbol: ts.Symbol) => boolean;
}

/**
 * True when evaluating the node again in a later round, perhaps on another machine, gives the same value and changes
 * nothing: literals, stable variables, operators and the standard library's pure methods. Conservative: any other call,
 * any `await`, assignment, `this`, `new`, and any read of a variable that is not stable is an effect.
 */
export function isRepeatable(node: ts.Node, isStable: IsStable, checker: ts.TypeChecker): boolean {
  const check = (child: ts.Node): boolean => isRepeatable(child, isStable, checker);
  if (ts.isTypeNode(node) || ts.isLiteralExpression(node) || ts.isRegularExpressionLiteral(node)) return true;
  if (ts.isIdentifier(node)) return isStableIdentifier(node, isStable, checker);
  if (node.kind === ts.SyntaxKind.ThisKeyword) return isStable.hasThis === true;
  if (ts.isFunctionExpression(node) || ts.isArrowFunction(node))
    return isRepeatableClosure(node, isStable, checker);
  if (ts.isCallExpression(node) && isClientFact(node, checker)) return true;
  if (readsHolder(node, checker)) return false;
  if (ts.isCallExpression(node)) {
    return (
      isPureBuiltinCall(node, checker) &&
      node.arguments.every((argument) =>
        isHarmlessArgument(argument, isReadable(isStable, checker), checker),
      ) &&
      allChildren(node, (child) => isGivenFunction(child, node, checker) || check(child), checker)
    );
  }
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    node.operatorToken.kind <= ts.SyntaxKind.LastAssignment
  ) {
    return false;
  }
  if (isStepOperator(node) || !REPEATABLE_KINDS.has(node.kind)) return false;
  return allChildren(node, check, checker);
}

/**
 * `session.count`, `limits.max`, `Object.keys(known)`: a value that an object which is no data, or one of a module, has now.
 * The object is the same in every round, what it holds need not be. A service in another one (`this.api`) is taken for the
 * same.
 */
function readsHolder(node: ts.Node, checker: ts.TypeChecker): boolean {
  if (isInnerServer(node, checker)) return false;
  const operands = operandsOf(node);
  return operands.some((operand) => isHolder(operand, checker)) && !isService(node as ts.Expression, checker);
}

/** `(server as any).server`: the one that a server of the SDK has for good. */
function isInnerServer(node: ts.Node, checker: ts.TypeChecker): boolean {
  if (!ts.isPropertyAccessExpression(node) || node.name.text !== 'server') return false;
  const [declaration] = checker.getTypeAtLocation(unwrap(node.expression)).symbol?.declarations ?? [];
  return declaration !== undefined && isSdkFile(declaration.getSourceFile().fileName);
}

function operandsOf(node: ts.Node): readonly ts.Expression[] {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return [node.expression];
  if (!ts.isCallExpression(node)) return [];
  const receiver = ts.isPropertyAccessExpression(node.expression) ? [node.expression.expression] : [];
  return [...receiver, ...node.arguments];
}

/** An object that others may change at any time: a service, or what a variable of a module holds. */
function isHolder(operand: ts.Expression, checker: ts.TypeChecker): boolean {
  const value = unwrap(operand);
  if (ts.isFunctionLike(value) || isGlobal(value, checker)) return false;
  if (isService(value, checker)) return checker.getTypeAtLocation(value).getCallSignatures().length === 0;
  const symbol = ts.isIdentifier(value) ? checker.getSymbolAtLocation(value) : undefined;
  const target = symbol && resolveAlias(symbol, checker);
  const { valueDeclaration: declaration } = target ?? {};
  if (target === undefined || declaration === undefined || !ts.isVariableDeclaration(declaration))
    return false;
  const isObject = (checker.getTypeAtLocation(value).flags & ts.TypeFlags.Object) !== 0;
  return isObject && isModuleOrGlobal(target) && !isConstantLiteral(target, checker);
}

function isService(value: ts.Expression, checker: ts.TypeChecker): boolean {
  return classifySerializability(checker.getTypeAtLocation(value), value, checker).verdict === 'no';
}

/** Functions that are given to a call are called, and looked at as such. */
function isGivenFunction(
  child: ts.Node,
  { arguments: given }: ts.CallExpression,
  checker: ts.TypeChecker,
): boolean {
  return (
    ts.isExpression(child) &&
    given.includes(child) &&
    checker.getTypeAtLocation(child).getCallSignatures().length > 0
  );
}

function isReadable(isStable: IsStable, checker: ts.TypeChecker): MayRead {
  const mayRead = (symbol: ts.Symbol): boolean => isStable(symbol) || isConstantLiteral(symbol, checker);
  return Object.assign(mayRead, { hasThis: isStable.hasThis === true });
}

const REPEATABLE_KINDS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.ArrayLiteralExpression,
  ts.SyntaxKind.AsExpression,
  ts.SyntaxKind.BinaryExpression,
  ts.SyntaxKind.ConditionalExpression,
  ts.SyntaxKind.ElementAccessExpression,
  ts.SyntaxKind.FalseKeyword,
  ts.SyntaxKind.NonNullExpression,
  ts.SyntaxKind.NullKeyword,
  ts.SyntaxKind.ObjectLiteralExpression,
  ts.SyntaxKind.ParenthesizedExpression,
  ts.SyntaxKind.PrefixUnaryExpression,
  ts.SyntaxKind.PropertyAccessExpression,
  ts.SyntaxKind.PropertyAssignment,
  ts.SyntaxKind.SatisfiesExpression,
  ts.SyntaxKind.ShorthandPropertyAssignment,
  ts.SyntaxKind.SpreadAssignment,
  ts.SyntaxKind.SpreadElement,
  ts.SyntaxKind.TemplateExpression,
  ts.SyntaxKind.TemplateSpan,
  ts.SyntaxKind.TrueKeyword,
  ts.SyntaxKind.TypeOfExpression,
  ts.SyntaxKind.VoidExpression,
  ts.SyntaxKind.ComputedPropertyName,
]);

function allChildren(node: ts.Node, check: (child: ts.Node) => boolean, checker: ts.TypeChecker): boolean {
  let repeatable = true;
  ts.forEachChild(node, (child) => {
    if (ts.isIdentifier(child) && isMemberName(node, child)) {
      if (ts.isShorthandPropertyAssignment(node)) repeatable &&= check(child);
      return;
    }
    if (ts.isToken(child) && child.kind <= ts.SyntaxKind.LastPunctuation) return;
    if (child.kind >= ts.SyntaxKind.FirstBinaryOperator && child.kind <= ts.SyntaxKind.LastBinaryOperator)
      return;
    if (child.kind === ts.SyntaxKind.InKeyword || child.kind === ts.SyntaxKind.InstanceOfKeyword) return;
    // The callee of a pure built-in: `JSON` or `Math` is a global, not a variable of the program.
    if (ts.isPropertyAccessExpression(child) && ts.isCallExpression(node) && node.expression === child) {
      repeatable &&= isGlobal(child.expression, checker) || check(child.expression);
      return;
    }
    if (ts.isCallExpression(node) && node.expression === child && isGlobal(node.expression, checker)) return;
    repeatable &&= check(child);
  });
  return repeatable;
}

function isMemberName(parent: ts.Node, child: ts.Identifier): boolean {
  return (
    (ts.isPropertyAccessExpression(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isShorthandPropertyAssignment(parent)) &&
    parent.name === child
  );
}

function isStableIdentifier(node: ts.Identifier, isStable: IsStable, checker: ts.TypeChecker): boolean {
  if (node.text === 'undefined' || node.text === 'NaN' || node.text === 'Infinity') return true;
  const symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  return symbol !== undefined && (isStable(symbol) || isConstantLiteral(symbol, checker));
}

/** A closure may be created again when everything it captures is the same again; its body is not run by creating it. */
function isRepeatableClosure(
  node: ts.FunctionLikeDeclaration,
  isStable: IsStable,
  checker: ts.TypeChecker,
): boolean {
  return collectReferences(node, checker).every(
    ({ symbol }) =>
      isDeclaredInside(symbol, node) ||
      isStable(symbol) ||
      isStable.isCapturable?.(symbol) === true ||
      isModuleOrGlobal(symbol),
  );
}

function isDeclaredInside(symbol: ts.Symbol, root: ts.Node): boolean {
  return (symbol.declarations ?? []).some(
    (d) => d.getSourceFile() === root.getSourceFile() && d.pos >= root.pos && d.end <= root.end,
  );
}

/** Bindings outside every function: a closure over them sees the same binding in every round. */
export function isModuleOrGlobal(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).every((declaration) => {
    let node: ts.Node | undefined = declaration.parent;
    while (node !== undefined && !ts.isFunctionLike(node) && !ts.isClassStaticBlockDeclaration(node))
      node = node.parent;
    return node === undefined;
  });
}

/**
 * What a server knows of its client: said once in the legacy era, with every request since (specification 2026-07-28,
 * basic, request metadata), so any server that the request reaches gives the same answer.
 */
const CLIENT_FACTS: ReadonlySet<string> = new Set(['getClientCapabilities', 'getClientVersion']);

function isClientFact(call: ts.CallExpression, checker: ts.TypeChecker): boolean {
  const method = sdkFunctionName(call, checker);
  if (method === undefined || !CLIENT_FACTS.has(method)) return false;
  let receiver = call.expression;
  while (ts.isPropertyAccessExpression(receiver)) receiver = receiver.expression;
  return ts.isIdentifier(receiver) || receiver.kind === ts.SyntaxKind.ThisKeyword;
}

function isGlobal(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
  return symbol?.declarations?.some(isStandardLibrary) ?? false;
}

/** A `const` whose initializer is written out as literals and that nothing in its file assigns into. */
function isConstantLiteral(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  const target = resolveAlias(symbol, checker);
  const declaration = target.valueDeclaration;
  if (declaration === undefined) return false;
  if (ts.isEnumMember(declaration) || ts.isEnumDeclaration(declaration)) return true;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return false;
  if (!isModuleOrGlobal(target) || (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) === 0)
    return false;
  return (
    isWrittenOutLiteral(declaration.initializer) &&
    !isAssignedInto(target, declaration.getSourceFile(), checker)
  );
}

function isWrittenOutLiteral(node: ts.Expression): boolean {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)) {
    return isWrittenOutLiteral(node.expression);
  }
  if (ts.isPrefixUnaryExpression(node)) return isWrittenOutLiteral(node.operand);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isWrittenOutLiteral);
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.every(
      (property) => ts.isPropertyAssignment(property) && isWrittenOutLiteral(property.initializer),
    );
  }
  return (
    ts.isLiteralExpression(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    node.kind === ts.SyntaxKind.NullKeyword
  );
}

function isAssignedInto(symbol: ts.Symbol, file: ts.SourceFile, checker: ts.TypeChecker): boolean {
  return collectReferences(file, checker).some(
    (reference) =>
      resolveAlias(reference.symbol, checker) === symbol && isMutationThrough(reference.node, checker),
  );
}
