import { isSdkFile } from '../../engine/find/find-asks.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { resolveAlias } from '../../engine/syntax/resolve-alias.ts';

/** An exported function that makes a server and needs nothing for it. */
export interface ServerFactory {
  readonly file: ts.SourceFile;
  /** The name it is exported by. */
  readonly name: string;
}

/** Finds the exported functions that can be called without arguments and return a server of the SDK. */
export function findServerFactories(
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
): readonly ServerFactory[] {
  return files.flatMap((file) => {
    const module = checker.getSymbolAtLocation(file);
    const exports = module === undefined ? [] : checker.getExportsOfModule(module);
    return exports
      .filter((symbol) => isDeclaredIn(symbol, file, checker) && makesServer(symbol, file, checker))
      .map(({ name }) => ({ file, name }));
  });
}

/** A name that is exported on from elsewhere is found there. */
function isDeclaredIn(symbol: ts.Symbol, file: ts.SourceFile, checker: ts.TypeChecker): boolean {
  return (resolveAlias(symbol, checker).declarations ?? []).some(
    (declaration) => declaration.getSourceFile() === file,
  );
}

function makesServer(symbol: ts.Symbol, file: ts.SourceFile, checker: ts.TypeChecker): boolean {
  const [signature] = checker.getTypeOfSymbolAtLocation(symbol, file).getCallSignatures();
  if (signature === undefined || !signature.parameters.every((one) => isOptional(one, checker))) return false;
  const made = checker.getAwaitedType(signature.getReturnType());
  return (made?.symbol?.declarations ?? []).some(
    (declaration) =>
      isSdkFile(declaration.getSourceFile().fileName) && /^(Mcp)?Server$/.test(made?.symbol.name ?? ''),
  );
}

function isOptional({ valueDeclaration }: ts.Symbol, checker: ts.TypeChecker): boolean {
  return (
    valueDeclaration !== undefined &&
    ts.isParameter(valueDeclaration) &&
    checker.isOptionalParameter(valueDeclaration)
  );
}
