import { ts } from '../syntax/ts.ts';
import { isSdkFile, type HelperFunction } from './find-asks.ts';
import { isExportedBy, type ModuleUses } from './module-uses.ts';
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
  modules: ModuleUses,
  { callerOf }: OutsideUses,
  checker: ts.TypeChecker,
): string | undefined {
  const isNamed = ts.isFunctionDeclaration(fn) || ts.isVariableDeclaration(fn.parent);
  // A member may be called through any type that has one of its name.
  if (!isNamed || symbol === undefined) return UNCALLED;
  const file = fn.getSourceFile();
  const module = checker.getSymbolAtLocation(file);
  // The declarations of a script are there for all others.
  if (module === undefined) return UNCALLED;
  if (!isExportedBy(module, symbol, checker)) return undefined;
  if (modules.isExportOfValue(symbol))
    return 'nothing calls it by its name, but its module is passed on as a value';
  if (!modules.isImported(file) && !takesSdkType(fn, checker))
    return 'nothing imports the module that exports it, so that a framework may call it';
  return callerOf(fn, symbol.name);
}

/** True for a function that only code of an MCP server can call. */
function takesSdkType(fn: HelperFunction, checker: ts.TypeChecker): boolean {
  return fn.parameters.some((parameter) => {
    const declarations = checker.getTypeAtLocation(parameter).symbol?.declarations ?? [];
    return declarations.some((declaration) => isSdkFile(declaration.getSourceFile().fileName));
  });
}
