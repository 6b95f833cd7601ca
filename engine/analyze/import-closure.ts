import { ts } from '../syntax/ts.ts';

/** The file and all that it imports, directly or not; declarations of packages left out. Asked often, computed once. */
export function createImportClosure(
  checker: ts.TypeChecker,
): (file: ts.SourceFile) => ReadonlySet<ts.SourceFile> {
  const closures = new Map<ts.SourceFile, ReadonlySet<ts.SourceFile>>();
  const direct = new Map<ts.SourceFile, readonly ts.SourceFile[]>();
  const importsOf = (file: ts.SourceFile): readonly ts.SourceFile[] => {
    const known = direct.get(file) ?? directImports(file, checker);
    direct.set(file, known);
    return known;
  };
  return (file) => {
    const known = closures.get(file);
    if (known !== undefined) return known;
    const found = new Set([file]);
    for (const current of found) for (const target of importsOf(current)) found.add(target);
    closures.set(file, found);
    return found;
  };
}

function directImports(file: ts.SourceFile, checker: ts.TypeChecker): readonly ts.SourceFile[] {
  return file.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const module = statement.moduleSpecifier && checker.getSymbolAtLocation(statement.moduleSpecifier);
    const target = module?.valueDeclaration?.getSourceFile();
    return target === undefined || target.isDeclarationFile ? [] : [target];
  });
}
