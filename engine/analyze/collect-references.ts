import { ts } from '../syntax/ts.ts';

export type Access = 'read' | 'write' | 'readwrite';

/** One use of a variable, parameter, function or class name. */
export interface Reference {
  readonly symbol: ts.Symbol;
  readonly node: ts.Identifier;
  readonly access: Access;
  /** The identifier is the name being declared, so that a write is its first. */
  readonly isDeclaration: boolean;
  /** The innermost function below `root` that contains the use; undefined when it runs with `root` itself. */
  readonly closure: ts.FunctionLikeDeclaration | undefined;
}

const VALUE_FLAGS =
  ts.SymbolFlags.Variable |
  ts.SymbolFlags.Function |
  ts.SymbolFlags.Class |
  ts.SymbolFlags.Enum |
  ts.SymbolFlags.Alias;

/** Lists the references below `root`, but not below `skip`, in source order. Property names, labels and types are none. */
export function collectReferences(
  root: ts.Node,
  checker: ts.TypeChecker,
  skip?: ReadonlySet<ts.Node>,
): Reference[] {
  const references: Reference[] = [];
  const visit = (node: ts.Node, closure: ts.FunctionLikeDeclaration | undefined): void => {
    if (ts.isTypeNode(node) || skip?.has(node) === true) return;
    if (ts.isIdentifier(node)) {
      const symbol = valueSymbol(node, checker);
      if (symbol !== undefined) references.push({ symbol, node, closure, ...classifyAccess(node) });
      return;
    }
    const inner = node !== root && ts.isFunctionLike(node) ? (node as ts.FunctionLikeDeclaration) : closure;
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(root, undefined);
  return references;
}

/** The symbol an identifier reads or writes as a value; undefined for property names and the like. */
function valueSymbol(node: ts.Identifier, checker: ts.TypeChecker): ts.Symbol | undefined {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent) && parent.name === node) {
    return checker.getShorthandAssignmentValueSymbol(parent);
  }
  if (isPropertyName(node)) return undefined;
  const symbol = checker.getSymbolAtLocation(node);
  return symbol !== undefined && (symbol.flags & VALUE_FLAGS) !== 0 ? symbol : undefined;
}

/** Names a property, and no variable. */
export function isPropertyName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  if (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isAccessor(parent))
    return parent.name === node;
  return ts.isJsxAttribute(parent) || ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent);
}

function classifyAccess(node: ts.Identifier): { access: Access; isDeclaration: boolean } {
  const { parent } = node;
  const isDeclaration = isDeclarationName(node);
  if (isDeclaration) return { access: 'write', isDeclaration };
  if (
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    isAssignmentOperator(parent.operatorToken.kind)
  ) {
    return {
      access: parent.operatorToken.kind === ts.SyntaxKind.EqualsToken ? 'write' : 'readwrite',
      isDeclaration,
    };
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    const steps =
      parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken;
    return { access: steps ? 'readwrite' : 'read', isDeclaration };
  }
  return { access: isAssignmentTarget(node) ? 'write' : 'read', isDeclaration };
}

function isDeclarationName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isVariableDeclaration(parent) ||
      ts.isBindingElement(parent) ||
      ts.isParameter(parent) ||
      ts.isFunctionDeclaration(parent) ||
      ts.isFunctionExpression(parent) ||
      ts.isClassDeclaration(parent) ||
      ts.isClassExpression(parent)) &&
    parent.name === node
  );
}

export function isAssignmentOperator(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** True inside the pattern of a destructuring assignment or as the target of a `for … of` without a declaration. */
export function isAssignmentTarget(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken)
    return parent.left === node;
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.initializer === node;
  if (ts.isShorthandPropertyAssignment(parent))
    return parent.name === node && isAssignmentTarget(parent.parent);
  if (ts.isPropertyAssignment(parent))
    return parent.initializer === node && isAssignmentTarget(parent.parent);
  if (ts.isArrayLiteralExpression(parent) || ts.isSpreadElement(parent) || ts.isSpreadAssignment(parent)) {
    return isAssignmentTarget(parent);
  }
  return false;
}

/** True when the symbol is declared inside `root` (a parameter or local of the function, not a module binding). */
export function isDeclaredWithin(symbol: ts.Symbol, root: ts.Node): boolean {
  return (symbol.declarations ?? []).some((declaration) => {
    for (let node: ts.Node | undefined = declaration; node !== undefined; node = node.parent)
      if (node === root) return true;
    return false;
  });
}
