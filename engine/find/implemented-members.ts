import { ts } from '../syntax/ts.ts';

/**
 * The declarations that a function implements, so that a call through one of them may invoke it: those of the classes and
 * interfaces above its class, of the type that an object literal has to be of, and of its own contextual type.
 */
export function implementedMembers(
  fn: ts.FunctionLikeDeclaration,
  checker: ts.TypeChecker,
): readonly ts.SignatureDeclaration[] {
  if (ts.isMethodDeclaration(fn) && ts.isClassLike(fn.parent))
    return inheritedMembers(fn.parent, fn.name.getText(), checker);
  if (ts.isMethodDeclaration(fn) && ts.isObjectLiteralExpression(fn.parent))
    return memberOfLiteral(fn.parent, fn.name.getText(), checker);
  if (ts.isPropertyDeclaration(fn.parent) && ts.isClassLike(fn.parent.parent)) {
    const own = contextualSignatures(fn as ts.Expression, checker);
    return [...own, ...inheritedMembers(fn.parent.parent, fn.parent.name.getText(), checker)];
  }
  return ts.isArrowFunction(fn) || ts.isFunctionExpression(fn) ? contextualSignatures(fn, checker) : [];
}

/** The members under `name` of what a class extends and implements, at every level above it. */
function inheritedMembers(
  holder: ts.ClassLikeDeclaration | ts.InterfaceDeclaration,
  name: string,
  checker: ts.TypeChecker,
): ts.SignatureDeclaration[] {
  const bases = (holder.heritageClauses ?? []).flatMap(({ types }) => [...types]);
  return bases.flatMap((base) => {
    const type = checker.getTypeAtLocation(base);
    const own = signaturesOf(type.getProperty(name), checker);
    const above = (type.symbol?.declarations ?? []).filter(
      (declaration) => ts.isClassLike(declaration) || ts.isInterfaceDeclaration(declaration),
    );
    return [...own, ...above.flatMap((declaration) => inheritedMembers(declaration, name, checker))];
  });
}

/** What the contextual type of an object literal declares for one of its members. */
export function memberOfLiteral(
  literal: ts.ObjectLiteralExpression,
  name: string,
  checker: ts.TypeChecker,
): ts.SignatureDeclaration[] {
  return signaturesOf(checker.getContextualType(literal)?.getProperty(name), checker);
}

/** The signatures of a member, where it is declared as a method, or by its type, which may have a name of its own. */
function signaturesOf(member: ts.Symbol | undefined, checker: ts.TypeChecker): ts.SignatureDeclaration[] {
  return (member?.declarations ?? []).flatMap((declaration): ts.SignatureDeclaration[] => {
    if (ts.isMethodSignature(declaration) || ts.isMethodDeclaration(declaration)) return [declaration];
    const typed = ts.isPropertySignature(declaration) || ts.isPropertyDeclaration(declaration);
    return typed && declaration.type !== undefined
      ? declarationsOf(checker.getTypeFromTypeNode(declaration.type))
      : [];
  });
}

function declarationsOf(type: ts.Type): ts.SignatureDeclaration[] {
  return type
    .getCallSignatures()
    .flatMap(({ declaration }) =>
      declaration === undefined || ts.isJSDocSignature(declaration) ? [] : [declaration],
    );
}

function contextualSignatures(fn: ts.Expression, checker: ts.TypeChecker): ts.SignatureDeclaration[] {
  const type = checker.getContextualType(fn);
  return type === undefined ? [] : declarationsOf(type);
}
