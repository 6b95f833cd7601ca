import { ts } from './ts.ts';

/** True for a function, or the declaration of one, that is written with `async`. */
export function isAsyncFunction(fn: ts.SignatureDeclaration): boolean {
  const modifiers = ts.canHaveModifiers(fn) ? ts.getModifiers(fn) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true;
}
