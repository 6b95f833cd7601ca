import { ts } from '../syntax/ts.ts';

/** The names in `static { resumable(this, 'name', …); }` of a class. */
export function markedMethods(holder: ts.ClassLikeDeclaration): readonly string[] {
  const names = staticMarkOf(holder)?.arguments.slice(1) ?? [];
  return names.filter(ts.isStringLiteralLike).map(({ text }) => text);
}

/** The call of `resumable` in a static block of a class. */
export function staticMarkOf(holder: ts.ClassLikeDeclaration): ts.CallExpression | undefined {
  for (const block of holder.members.filter(ts.isClassStaticBlockDeclaration)) {
    for (const statement of block.body.statements) {
      const call = ts.isExpressionStatement(statement) ? statement.expression : undefined;
      if (call === undefined || !ts.isCallExpression(call) || call.expression.getText() !== 'resumable')
        continue;
      if (call.arguments[0]?.kind === ts.SyntaxKind.ThisKeyword) return call;
    }
  }
  return undefined;
}
