import { ts } from '../../engine/syntax/ts.ts';

/** The method that `this.register()` calls. */
export function ownMethod(
  { expression }: ts.CallExpression,
  checker: ts.TypeChecker,
): ts.MethodDeclaration | undefined {
  if (!ts.isPropertyAccessExpression(expression)) return undefined;
  if (expression.expression.kind !== ts.SyntaxKind.ThisKeyword) return undefined;
  const declaration = checker.getSymbolAtLocation(expression.name)?.valueDeclaration;
  return declaration !== undefined && ts.isMethodDeclaration(declaration) ? declaration : undefined;
}

/** Whether no code outside of the class can name a member, or put another one in its place. */
export function isPrivate({ name, modifiers }: ts.PropertyDeclaration | ts.MethodDeclaration): boolean {
  return (
    ts.isPrivateIdentifier(name) ||
    modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) === true
  );
}
