import { isSdkFile } from '../../engine/find/find-asks.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { ImportRequest } from '../edits.ts';
import { findPackageName } from './find-package-name.ts';
import { resolveAlias } from '../../engine/syntax/resolve-alias.ts';

/** A type as text, with the imports that its names need. */
export interface PrintedType {
  readonly text: string;
  readonly imports: readonly ImportRequest[];
}

const FORMAT =
  ts.TypeFormatFlags.NoTruncation |
  ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope |
  ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType;

/**
 * Prints a type for use at module level.
 * @param moduleSpecifier turns the file that declares a name into what an import of it says here.
 */
export function printType(
  type: ts.Type,
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  moduleSpecifier: (declaringFile: string) => string,
): PrintedType {
  return printByName(type, file, checker) ?? printStructure(type, file, checker, moduleSpecifier);
}

/** A type of the SDK, or a union with one, such as `ClientCapabilities | undefined`. */
function printByName(type: ts.Type, file: ts.SourceFile, checker: ts.TypeChecker): PrintedType | undefined {
  const members = type.isUnion() ? type.types : [type];
  const names = members.map((member) => findPackageName(member, file, checker));
  const imports = names.flatMap((name) => name ?? []);
  if (imports.length === 0 || imports.some(({ name }) => isTaken(name, file, checker))) return undefined;
  const others = members
    .filter((_, index) => names[index] === undefined)
    .map((member) => checker.typeToString(member, file, FORMAT));
  return {
    text: [...imports.map(({ name }) => name), ...others].join(' | '),
    imports: imports.map((name) => ({ ...name, typeOnly: true })),
  };
}

/** A declaration of the file's own has the name; an import of the same thing does not take it. */
function isTaken(name: string, file: ts.SourceFile, checker: ts.TypeChecker): boolean {
  const symbol = checker
    .getSymbolsInScope(file, ts.SymbolFlags.Type | ts.SymbolFlags.Alias)
    .find((visible) => visible.name === name);
  if (symbol === undefined) return false;
  return (
    resolveAlias(symbol, checker).declarations?.some((d) => isSdkFile(d.getSourceFile().fileName)) !== true
  );
}

function printStructure(
  type: ts.Type,
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  moduleSpecifier: (declaringFile: string) => string,
): PrintedType {
  const text = checker.typeToString(type, file, FORMAT).replaceAll('; }', ' }');
  const visible = new Set(checker.getSymbolsInScope(file, ts.SymbolFlags.Type).map(({ name }) => name));
  const imports: ImportRequest[] = [];
  for (const symbol of namedSymbols(type, checker)) {
    if (visible.has(symbol.name) || !new RegExp(`\\b${symbol.name}\\b`).test(text)) continue;
    const declaring = symbol.declarations?.[0]?.getSourceFile();
    if (declaring === undefined || declaring === file) continue;
    const module = isSdkFile(declaring.fileName)
      ? sdkModule(declaring.fileName)
      : moduleSpecifier(declaring.fileName);
    imports.push({ module, name: symbol.name, typeOnly: true });
  }
  return { text, imports };
}

function sdkModule(fileName: string): string {
  return (
    /@modelcontextprotocol[\\/][\w.-]+/.exec(fileName)?.[0].replace('\\', '/') ??
    '@modelcontextprotocol/server'
  );
}

/** The interfaces, aliases, enums and classes that the printed form of a type may mention. */
function namedSymbols(type: ts.Type, checker: ts.TypeChecker): Set<ts.Symbol> {
  const found = new Set<ts.Symbol>();
  const seen = new Set<ts.Type>();
  const visit = (current: ts.Type): void => {
    if (seen.has(current)) return;
    seen.add(current);
    if (current.aliasSymbol !== undefined) {
      found.add(current.aliasSymbol);
      current.aliasTypeArguments?.forEach(visit);
      return;
    }
    if (current.isUnionOrIntersection()) current.types.forEach(visit);
    const { symbol } = current;
    if (symbol !== undefined && !symbol.name.startsWith('__')) found.add(symbol);
    if (isReference(current)) checker.getTypeArguments(current).forEach(visit);
    else if (symbol?.name.startsWith('__') === true) {
      for (const property of current.getProperties()) visit(checker.getTypeOfSymbol(property));
      for (const index of checker.getIndexInfosOfType(current)) visit(index.type);
    }
  };
  visit(type);
  return found;
}

function isReference(type: ts.Type): type is ts.TypeReference {
  return (
    (type.flags & ts.TypeFlags.Object) !== 0 &&
    ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0
  );
}
