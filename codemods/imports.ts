import { collectReferences } from '../engine/analyze/collect-references.ts';
import { ts } from '../engine/syntax/ts.ts';
import type { ImportRequest, TextEdit } from './edits.ts';
import { isCommonJsScript, mergeRequires } from './merge-requires.ts';

/** How new import lines are written in a file. */
export interface ImportStyle {
  readonly quote: string;
  readonly semicolon: string;
  readonly eol: string;
}

/**
 * Merges the requested imports into a file, as `require`s in a script that has those: names join an import of the same module where there is one, the rest become
 * new lines after the last import. Names already imported are left alone; a type-only request never widens an import.
 */
export function mergeImports(
  file: ts.SourceFile,
  requests: readonly ImportRequest[],
  style: ImportStyle,
): TextEdit[] {
  if (isCommonJsScript(file)) return mergeRequires(file, dedupe(requests), style);
  const declarations = file.statements.filter(ts.isImportDeclaration);
  const missing = dedupe(requests).filter((request) => !declarations.some((d) => imports(d, request)));
  const edits: TextEdit[] = [];
  for (const module of new Set(missing.map((request) => request.module))) {
    const wanted = missing.filter((request) => request.module === module);
    const values = wanted.filter((request) => !request.typeOnly);
    const types = wanted.filter((request) => request.typeOnly);
    const valueHost = declarations.find(
      (d) => moduleOf(d) === module && namedImports(d) !== undefined && !isTypeOnly(d),
    );
    const typeHost = declarations.find(
      (d) => moduleOf(d) === module && namedImports(d) !== undefined && isTypeOnly(d),
    );
    if (values.length > 0 && valueHost !== undefined) {
      edits.push(addNames(valueHost, values.map(importedName)));
    }
    const inlineTypes = typeHost === undefined && valueHost !== undefined;
    if (types.length > 0 && typeHost !== undefined) edits.push(addNames(typeHost, types.map(importedName)));
    if (types.length > 0 && inlineTypes)
      edits.push(
        addNames(
          valueHost,
          types.map((request) => `type ${importedName(request)}`),
        ),
      );
    if (valueHost !== undefined) continue;
    const lines = importLines(module, values, typeHost === undefined ? types : [], style);
    if (lines.length > 0) edits.push(insertLines(file, neighbourOf(module, declarations), lines, style));
  }
  return mergeAtSameOffset(edits);
}

/**
 * Removes the named imports whose every use lies in text that a rewrite drops; an import line that loses its last name
 * stays for its side effects only where it had no other clause.
 */
export function removeUnusedImports(
  file: ts.SourceFile,
  dropped: readonly ts.Node[],
  checker: ts.TypeChecker,
): TextEdit[] {
  const isDropped = (node: ts.Node): boolean =>
    dropped.some((part) => node.pos >= part.pos && node.end <= part.end);
  const uses = collectReferences(file, checker).filter(({ node }) => !ts.isImportSpecifier(node.parent));
  const isUnused = (specifier: ts.ImportSpecifier): boolean => {
    const symbol = checker.getSymbolAtLocation(specifier.name);
    const own = uses.filter((use) => use.symbol === symbol);
    return own.length > 0 && own.every(({ node }) => isDropped(node)) && !isUsedAsType(specifier, file);
  };
  return file.statements.filter(ts.isImportDeclaration).flatMap((declaration) => {
    const elements = namedImports(declaration)?.elements;
    const unused = elements?.filter(isUnused) ?? [];
    if (elements === undefined || unused.length === 0) return [];
    const alone = unused.length === elements.length && declaration.importClause?.name === undefined;
    return alone
      ? [removeLine(declaration)]
      : unused.map((specifier) => removeSpecifier(specifier, elements));
  });
}

function isUsedAsType(specifier: ts.ImportSpecifier, file: ts.SourceFile): boolean {
  let used = false;
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) && new RegExp(`\\b${specifier.name.text}\\b`).test(node.getText())) used = true;
    else ts.forEachChild(node, visit);
  };
  visit(file);
  return used;
}

/** Removes the line, and the blank line after it where it would otherwise begin the file or double another one. */
function removeLine(declaration: ts.ImportDeclaration): TextEdit {
  const { text } = declaration.getSourceFile();
  const start = declaration.getStart();
  const after = text.slice(declaration.end);
  const line = /^[ \t]*\r?\n/.exec(after)?.[0].length ?? 0;
  const blank = /^(\r?\n)/.exec(after.slice(line))?.[0].length ?? 0;
  const isLone = /(^|\n\r?\n)$/.test(text.slice(0, start));
  return { start, end: declaration.end + line + (isLone ? blank : 0), newText: '' };
}

function removeSpecifier(
  specifier: ts.ImportSpecifier,
  elements: ts.NodeArray<ts.ImportSpecifier>,
): TextEdit {
  const next = elements[elements.indexOf(specifier) + 1];
  const previous = elements[elements.indexOf(specifier) - 1];
  if (next !== undefined) return { start: specifier.getStart(), end: next.getStart(), newText: '' };
  return { start: previous?.end ?? specifier.getStart(), end: specifier.end, newText: '' };
}

function importedName({ name, as }: ImportRequest): string {
  return as === undefined || as === name ? name : `${name} as ${as}`;
}

function dedupe(requests: readonly ImportRequest[]): ImportRequest[] {
  const byName = new Map<string, ImportRequest>();
  for (const request of requests) {
    const key = `${request.module}\0${request.name}`;
    const known = byName.get(key);
    if (known === undefined || (known.typeOnly && !request.typeOnly)) byName.set(key, request);
  }
  // Packages before the project's own modules, as most import orders have it.
  const rank = ({ module }: ImportRequest): number => (module.startsWith('.') ? 1 : 0);
  return [...byName.values()].sort(
    (a, b) => rank(a) - rank(b) || a.module.localeCompare(b.module) || a.name.localeCompare(b.name),
  );
}

function moduleOf(declaration: ts.ImportDeclaration): string {
  return ts.isStringLiteral(declaration.moduleSpecifier) ? declaration.moduleSpecifier.text : '';
}

function isTypeOnly(declaration: ts.ImportDeclaration): boolean {
  return declaration.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function namedImports(declaration: ts.ImportDeclaration): ts.NamedImports | undefined {
  const bindings = declaration.importClause?.namedBindings;
  return bindings !== undefined && ts.isNamedImports(bindings) ? bindings : undefined;
}

function imports(declaration: ts.ImportDeclaration, request: ImportRequest): boolean {
  if (moduleOf(declaration) !== request.module) return false;
  return (namedImports(declaration)?.elements ?? []).some(
    (element) =>
      (element.propertyName ?? element.name).text === request.name &&
      element.name.text === (request.as ?? request.name) &&
      (request.typeOnly || (!element.isTypeOnly && !isTypeOnly(declaration))),
  );
}

function addNames(declaration: ts.ImportDeclaration, names: readonly string[]): TextEdit {
  const bindings = namedImports(declaration);
  const last = bindings?.elements.at(-1);
  if (bindings === undefined || last === undefined) {
    const at = (bindings ?? declaration).getStart() + 1;
    return { start: at, end: at, newText: ` ${names.join(', ')} ` };
  }
  const text = declaration.getSourceFile().text;
  const onOwnLine = /\n([ \t]*)$/.exec(text.slice(0, last.getStart()));
  const separator = onOwnLine === null ? ', ' : `,${text.includes('\r\n') ? '\r\n' : '\n'}${onOwnLine[1]}`;
  return { start: last.end, end: last.end, newText: names.map((name) => separator + name).join('') };
}

function importLines(
  module: string,
  values: readonly ImportRequest[],
  types: readonly ImportRequest[],
  style: ImportStyle,
): string[] {
  const from = `from ${style.quote}${module}${style.quote}${style.semicolon}`;
  if (values.length === 0 && types.length === 0) return [];
  if (values.length === 0) return [`import type { ${types.map(importedName).join(', ')} } ${from}`];
  const names = [...values.map(importedName), ...types.map(({ name }) => `type ${name}`)];
  return [`import { ${names.join(', ')} } ${from}`];
}

/** The import after which a new one belongs: of the same module, else the last of its kind (package or relative). */
function neighbourOf(
  module: string,
  declarations: readonly ts.ImportDeclaration[],
): ts.ImportDeclaration | undefined {
  const isRelative = (name: string): boolean => name.startsWith('.');
  return (
    declarations.findLast((declaration) => moduleOf(declaration) === module) ??
    declarations.findLast((declaration) => isRelative(moduleOf(declaration)) === isRelative(module)) ??
    declarations.at(-1)
  );
}

function insertLines(
  file: ts.SourceFile,
  after: ts.ImportDeclaration | undefined,
  lines: readonly string[],
  style: ImportStyle,
): TextEdit {
  if (after !== undefined) {
    const end = ts.getTrailingCommentRanges(file.text, after.end)?.at(-1)?.end ?? after.end;
    return { start: end, end, newText: lines.map((line) => style.eol + line).join('') };
  }
  const start = ts.getShebang(file.text)?.length ?? (file.text.startsWith('\uFEFF') ? 1 : 0);
  const lead = start > 1 ? style.eol : '';
  return { start, end: start, newText: lead + lines.map((line) => line + style.eol).join('') };
}

function mergeAtSameOffset(edits: readonly TextEdit[]): TextEdit[] {
  const merged = new Map<number, TextEdit>();
  for (const edit of edits) {
    const known = merged.get(edit.start);
    merged.set(edit.start, known === undefined ? edit : { ...edit, newText: known.newText + edit.newText });
  }
  return [...merged.values()];
}
