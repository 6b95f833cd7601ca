import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { isTestFile } from '../server-entry/is-test-file.ts';
import type { SourceUnit } from './find-source-units.ts';

/** How handlers are registered, in version 1 and 2 of the SDK. */
const REGISTRATIONS: ReadonlySet<string> = new Set([
  'registerTool',
  'registerPrompt',
  'registerResource',
  'tool',
  'prompt',
  'resource',
  'setRequestHandler',
]);
const SDK = /@modelcontextprotocol\/(?:server|sdk\/server)/;

/**
 * The files with handlers that await functions of modules that are not there: nobody can tell whether these ask. Handlers
 * are those written where they are registered; tests are not looked at.
 * @returns spans name files relative to `root`
 */
export function findMissingModules(
  units: readonly SourceUnit[],
  root: string,
  read: (path: string) => string,
): readonly Diagnostic[] {
  return units.flatMap(({ files, options }) =>
    files.flatMap((path) => {
      const text = read(path);
      if (!SDK.test(text) || isTestFile(relative(root, path))) return [];
      const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      const awaited = awaitedNames(file);
      const missing = file.statements
        .filter((statement) => ts.isImportDeclaration(statement))
        .filter((statement) => boundNames(statement).some((name) => awaited.has(name)))
        .map(({ moduleSpecifier }) => moduleSpecifier)
        .filter((specifier) => ts.isStringLiteral(specifier))
        .filter(({ text: module }) => isMissing(module, path, options));
      const [first, ...others] = missing;
      if (first === undefined) return [];
      const span = { file: relative(root, path), start: first.getStart(file), end: first.getEnd() };
      const notes = others.map(({ text: module }) => `\`${module}\` is not there either`);
      return [diag.handlerOfMissingModule(span, { module: first.text }, { notes })];
    }),
  );
}

/** What the callees of calls that handlers await begin with: `plugins` in `await plugins.create()`. */
function awaitedNames(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node, isInHandler: boolean): void => {
    if (isInHandler && ts.isAwaitExpression(node) && ts.isCallExpression(node.expression)) {
      let callee: ts.Expression = node.expression.expression;
      while (ts.isPropertyAccessExpression(callee)) callee = callee.expression;
      if (ts.isIdentifier(callee)) names.add(callee.text);
    }
    const isRegistration =
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      REGISTRATIONS.has(node.expression.name.text);
    ts.forEachChild(node, (child) => visit(child, isInHandler || isRegistration));
  };
  visit(file, false);
  return names;
}

function boundNames({ importClause }: ts.ImportDeclaration): readonly string[] {
  if (importClause === undefined || importClause.isTypeOnly) return [];
  const { name, namedBindings } = importClause;
  const others =
    namedBindings === undefined
      ? []
      : ts.isNamespaceImport(namedBindings)
        ? [namedBindings.name]
        : namedBindings.elements.map((element) => element.name);
  return [...(name === undefined ? [] : [name]), ...others].map(({ text }) => text);
}

/** A file of another kind, which a bundler reads, is there although the compiler does not find it. */
function isMissing(module: string, from: string, options: ts.CompilerOptions): boolean {
  if (!/^\.{1,2}\//.test(module) || existsSync(resolve(dirname(from), module))) return false;
  return ts.resolveModuleName(module, from, options, ts.sys).resolvedModule === undefined;
}
