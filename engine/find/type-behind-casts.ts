import { ts } from '../syntax/ts.ts';

/**
 * The type that a value has before assertions hide it: `Server` for `(server as any)`, for `(mcp as any).server`, and for
 * a constant that holds one of them. An assertion changes nothing at run time.
 */
export function typeBehindCasts(value: ts.Expression, checker: ts.TypeChecker): ts.Type {
  return typeOf(value, checker, new Set());
}

function typeOf(value: ts.Expression, checker: ts.TypeChecker, seen: ReadonlySet<ts.Node>): ts.Type {
  if (
    ts.isParenthesizedExpression(value) ||
    ts.isNonNullExpression(value) ||
    ts.isAsExpression(value) ||
    ts.isTypeAssertionExpression(value)
  )
    return typeOf(value.expression, checker, seen);
  const type = checker.getTypeAtLocation(value);
  if ((type.flags & ts.TypeFlags.Any) === 0) return type;
  if (ts.isPropertyAccessExpression(value)) {
    const member = typeOf(value.expression, checker, seen).getProperty(value.name.text);
    return member === undefined ? type : checker.getTypeOfSymbolAtLocation(member, value);
  }
  if (ts.isBinaryExpression(value) && value.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) {
    const left = typeOf(value.left, checker, seen);
    return isObject(left) ? left : type;
  }
  const declaration = ts.isIdentifier(value)
    ? checker.getSymbolAtLocation(value)?.valueDeclaration
    : undefined;
  const initializer =
    declaration === undefined || seen.has(declaration) ? undefined : constantOf(declaration);
  return initializer === undefined || declaration === undefined
    ? type
    : typeOf(initializer, checker, new Set([...seen, declaration]));
}

/** Never null or undefined. */
function isObject({ flags }: ts.Type): boolean {
  return (flags & ts.TypeFlags.Object) !== 0;
}

function constantOf(declaration: ts.Declaration): ts.Expression | undefined {
  const isConstant =
    ts.isVariableDeclaration(declaration) &&
    declaration.type === undefined &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  return isConstant ? declaration.initializer : undefined;
}
