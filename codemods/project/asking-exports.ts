import { findResumableFunctions } from '../../engine/find/find-resumable-functions.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { resolveAlias } from '../../engine/syntax/resolve-alias.ts';

/** What a module exports that asks the client for those who call it. */
export interface AskingExport {
  /** Absolute path of the module. */
  readonly file: string;
  /** What importers call the function, or the class with the method. */
  readonly name: string;
  /** The method of the class that asks; absent for a function. */
  readonly method?: string;
}

/** Finds the exports of files by which other packages reach a function that asks: re-exports and renamed ones included. */
export function findAskingExports(
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
): readonly AskingExport[] {
  const asking = new Map<ts.Symbol, Set<string | undefined>>();
  for (const { fn, isRoot } of findResumableFunctions(files, checker)) {
    if (isRoot) continue;
    const isMethod = ts.isMethodDeclaration(fn) && ts.isClassLike(fn.parent);
    const name = isMethod ? fn.parent.name : nameOf(fn);
    const symbol = name && checker.getSymbolAtLocation(name);
    if (symbol === undefined) continue;
    asking.set(symbol, (asking.get(symbol) ?? new Set()).add(isMethod ? fn.name.getText() : undefined));
  }
  return files.flatMap((file) =>
    exportsOf(file, checker).flatMap(({ name, symbol }) =>
      [...(asking.get(symbol) ?? [])].map((method) => ({
        file: file.fileName,
        name,
        ...(method !== undefined && { method }),
      })),
    ),
  );
}

/** The name of a function, or of the constant that holds it, also where `resumable(…)` is around it. */
function nameOf(fn: ts.FunctionLikeDeclaration): ts.Node | undefined {
  if (fn.name !== undefined && !ts.isFunctionExpression(fn)) return fn.name;
  const holder = ts.isCallExpression(fn.parent) ? fn.parent.parent : fn.parent;
  return ts.isVariableDeclaration(holder) ? holder.name : undefined;
}

function exportsOf(
  file: ts.SourceFile,
  checker: ts.TypeChecker,
): readonly { readonly name: string; readonly symbol: ts.Symbol }[] {
  const module = checker.getSymbolAtLocation(file);
  if (module === undefined) return [];
  return checker.getExportsOfModule(module).map((symbol) => ({
    name: symbol.name,
    symbol: resolveAlias(symbol, checker),
  }));
}
