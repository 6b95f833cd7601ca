import { dirname, resolve } from 'node:path';

import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { withoutExtension } from '../without-extension.ts';
import type { ConvertedHelper } from './migration.ts';
import { specifiersIn } from './module-imports.ts';

/**
 * The tests that no tsconfig.json includes and that call a function which takes the round of a request now: one remark
 * for each, at its first call.
 * @param files absolute paths
 */
export function findTestsOfHelpers(
  files: readonly string[],
  helpers: readonly ConvertedHelper[],
  read: (path: string) => string,
): readonly Diagnostic[] {
  if (helpers.length === 0) return [];
  return files.flatMap((file) => {
    const calls = callsOfHelpers(file, read(file), helpers);
    return calls.length === 0 ? [] : [reportTest(calls)];
  });
}

/**
 * The calls in a file of functions that it imports the modules of, by their names.
 * @param file absolute path
 */
export function callsOfHelpers(
  file: string,
  text: string,
  helpers: readonly ConvertedHelper[],
): readonly (readonly [name: string, call: ts.CallExpression])[] {
  const named = helpers.filter(({ name }) => text.includes(name));
  if (named.length === 0) return [];
  const imported = importsOf(file, text);
  const names = new Set(
    named.flatMap((helper) => (imported.has(withoutExtension(helper.file)) ? helper.name : [])),
  );
  return names.size === 0 ? [] : callsIn(file, text, names);
}

/** What a test calls is named once, at its first call. */
export function reportTest(calls: readonly (readonly [name: string, call: ts.CallExpression])[]): Diagnostic {
  const names = [...new Set(calls.map(([name]) => `\`${name}\``))];
  const first = calls.map(([, call]) => call).reduce((a, b) => (b.pos < a.pos ? b : a));
  return diag.testOfHelper(spanOf(first.expression), { what: names.join(', ') });
}

/** The paths of what a text imports, without extensions. */
function importsOf(file: string, text: string): ReadonlySet<string> {
  const relative = specifiersIn(text).filter((specifier) => specifier.startsWith('.'));
  return new Set(relative.map((specifier) => withoutExtension(resolve(dirname(file), specifier))));
}

function callsIn(
  file: string,
  text: string,
  names: ReadonlySet<string>,
): readonly (readonly [string, ts.CallExpression])[] {
  const calls: (readonly [string, ts.CallExpression])[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const { expression } = node;
      const called = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
      if (ts.isIdentifier(called) && names.has(called.text)) calls.push([called.text, node]);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return calls;
}
