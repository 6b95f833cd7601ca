import { isSdkFile } from '../../engine/find/find-asks.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { resolveAlias } from '../../engine/syntax/resolve-alias.ts';

export interface PackageName {
  readonly module: string;
  readonly name: string;
}

/**
 * The name under which a package of the SDK that the file imports exports a type. Its types are inferred from schemas, so
 * the checker knows them expanded, without the alias; they are the same object as the alias declares all the same.
 */
export function findPackageName(
  type: ts.Type,
  file: ts.SourceFile,
  checker: ts.TypeChecker,
): PackageName | undefined {
  if (!isDeclaredBySdk(type)) return undefined;
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const module = checker.getSymbolAtLocation(statement.moduleSpecifier);
    if (module === undefined || !isInSdk(module)) continue;
    const exported = checker.getExportsOfModule(module).find((symbol) => {
      const target = resolveAlias(symbol, checker);
      return (
        (target.flags & ts.SymbolFlags.TypeAlias) !== 0 && checker.getDeclaredTypeOfSymbol(target) === type
      );
    });
    if (exported !== undefined) return { module: statement.moduleSpecifier.text, name: exported.name };
  }
  return undefined;
}

/** An object type that was written down, or computed, in the declarations of the SDK. */
function isDeclaredBySdk(type: ts.Type): boolean {
  const symbol = type.symbol as ts.Symbol | undefined;
  return type.aliasSymbol === undefined && symbol !== undefined && isInSdk(symbol);
}

function isInSdk(symbol: ts.Symbol): boolean {
  return symbol.declarations?.some((declaration) => isSdkFile(declaration.getSourceFile().fileName)) === true;
}
