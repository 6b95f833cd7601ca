import { ts } from '../syntax/ts.ts';
import { isSdkFile, type HelperFunction } from './find-asks.ts';
import { exportedAs } from './exported-as.ts';
import type { OutsideUses } from './outside-uses.ts';

const UNCALLED = 'nothing that handles a request calls it';

/**
 * Why a function that nothing in the program calls by its name may be called all the same; undefined where it cannot be,
 * so that its parameters may change.
 * @param symbol what the function is known by
 */
export function possibleCaller(
  fn: HelperFunction,
  symbol: ts.Symbol | undefined,
  { callerOf }: OutsideUses,
  checker: ts.TypeChecker,
): string | undefined {
  const isNamed = ts.isFunctionDeclaration(fn) || ts.isVariableDeclaration(fn.parent);
  const module = checker.getSymbolAtLocation(fn.getSourceFile());
  // A member may be called through any type that has one of its name; the declarations of a script are there for all.
  if (!isNamed || symbol === undefined || module === undefined) return UNCALLED;
  const name = exportedAs(fn, checker);
  if (name === undefined) return undefined;
  return callerOf({ file: fn.getSourceFile().fileName, name, takesServer: takesServer(fn, checker) });
}

function takesServer(fn: HelperFunction, checker: ts.TypeChecker): boolean {
  return fn.parameters.some((parameter) => {
    const declarations = checker.getTypeAtLocation(parameter).symbol?.declarations ?? [];
    return declarations.some((declaration) => isSdkFile(declaration.getSourceFile().fileName));
  });
}
