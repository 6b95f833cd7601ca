import { findAsks } from '../../engine/find/find-asks.ts';
import { findSuspensions, type ResumableSite } from '../../engine/find/find-resumable-functions.ts';
import { isMarked } from '../../engine/find/suspended-function.ts';
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
  /** Whether the compiler has it, and all functions of its project that it asks through. */
  readonly isCompiled: boolean;
}

/** What a migration knows about the files of a unit. */
export interface ObservedUnit {
  readonly files: readonly ts.SourceFile[];
  readonly checker: ts.TypeChecker;
  /** The calls in the files that ask through other packages of the workspace. */
  readonly imported: readonly ts.CallExpression[];
  /** The functions that are marked now; undefined where none is to be. */
  readonly marked: ReadonlySet<ts.Node> | undefined;
}

/** Finds the exports of files by which other packages reach a function that asks: re-exports and renamed ones included. */
export function findAskingExports({
  files,
  checker,
  imported,
  marked,
}: ObservedUnit): readonly AskingExport[] {
  const asks = [...files.flatMap((file) => findAsks(file, checker)).map(({ call }) => call), ...imported];
  const { functions } = findSuspensions(files, checker, asks);
  const uncompiled = findUncompiled(functions, files, checker, marked);
  const asking = new Map<ts.Symbol, Map<string | undefined, boolean>>();
  for (const { fn, isRoot } of functions) {
    if (isRoot) continue;
    const symbol = symbolOf(fn, checker);
    if (symbol === undefined) continue;
    const methods = asking.get(symbol) ?? new Map<string | undefined, boolean>();
    asking.set(symbol, methods.set(isOfClass(fn) ? fn.name.getText() : undefined, !uncompiled.has(fn)));
  }
  return files.flatMap((file) =>
    exportsOf(file, checker).flatMap(({ name, symbol }) =>
      [...(asking.get(symbol) ?? [])].map(([method, isCompiled]) => ({
        file: file.fileName,
        name,
        isCompiled,
        ...(method !== undefined && { method }),
      })),
    ),
  );
}

/** Whether the module exports the function, or the class that it is a method of. */
export function isExported(fn: ResumableSite['fn'], checker: ts.TypeChecker): boolean {
  const own = symbolOf(fn, checker);
  return exportsOf(fn.getSourceFile(), checker).some(({ symbol }) => symbol === own);
}

/** What a function is reached by: its own name, or its class. */
function symbolOf(fn: ResumableSite['fn'], checker: ts.TypeChecker): ts.Symbol | undefined {
  const name = isOfClass(fn) ? fn.parent.name : nameOf(fn);
  return name && checker.getSymbolAtLocation(name);
}

function isOfClass(
  fn: ResumableSite['fn'],
): fn is ts.MethodDeclaration & { readonly parent: ts.ClassLikeDeclaration } {
  return ts.isMethodDeclaration(fn) && ts.isClassLike(fn.parent);
}

/** The functions that the compiler has not, and those that ask through one of them. */
function findUncompiled(
  functions: readonly ResumableSite[],
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
  marked: ReadonlySet<ts.Node> | undefined,
): ReadonlySet<ts.Node> {
  if (marked === undefined) return new Set(functions.map(({ fn }) => fn));
  const left = functions.filter(({ fn }) => !marked.has(fn) && !isMarked(fn));
  if (left.length === 0) return new Set();
  // What waits for a callback that it is given has no call by which those who call it are found.
  if (left.some(({ calls }) => calls.length === 0)) return new Set(functions.map(({ fn }) => fn));
  const through = findSuspensions(
    files,
    checker,
    left.flatMap(({ calls }) => calls),
  );
  return new Set([...left, ...through.functions].map(({ fn }) => fn));
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
