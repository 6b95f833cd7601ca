import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { ts } from '../syntax/ts.ts';
import { findAskCall } from './count-asks.ts';
import { isFunctionNode } from './function-node.ts';
import { packageBehind } from './package-behind.ts';
import { unwrap } from '../syntax/unwrap.ts';
import { memberOfImport } from './suspension.ts';
import { shorten, spanOf } from './unsupported.ts';

/**
 * A warning on each call in `root` of a function from a package that is given a callback which asks: at 2026-07-28 the
 * runtime refuses it (MRTR7001).
 * @param resumables names of the file that are given marked functions
 */
export function notePackageWrappers(root: ts.Node, resumables: ReadonlySet<string>): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const visit = (node: ts.Node): void => {
    const note = ts.isCallExpression(node) ? noteOn(node, resumables) : undefined;
    if (note !== undefined) found.push(note);
    else ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

function noteOn(call: ts.CallExpression, resumables: ReadonlySet<string>): Diagnostic | undefined {
  if (isDropped(call)) return undefined;
  const ask = call.arguments.map((argument) => askGiven(unwrap(argument), resumables)).find(Boolean);
  if (ask === undefined) return undefined;
  const callee = memberOfImport(call.expression) ?? unwrap(call.expression);
  if (ts.isPropertyAccessExpression(callee) && LIBRARY_METHODS.has(callee.name.text)) return undefined;
  const module = packageBehind(callee);
  if (module === undefined) return undefined;
  return diag.askInPackageWrapper(spanOf(callee), {
    ask: shorten(ask.getText()),
    wrapper: shorten(callee.getText()),
    module,
  });
}

/** What asks when `argument` is called: a marked function itself, or a call in a function. */
function askGiven(argument: ts.Expression, resumables: ReadonlySet<string>): ts.Node | undefined {
  if (ts.isIdentifier(argument)) return resumables.has(argument.text) ? argument : undefined;
  if (!isFunctionNode(argument) || argument.body === undefined) return undefined;
  return findAskCall(argument.body, resumables)?.expression;
}

/** Where a package gives data, these are of the language: `(await db.list()).map(async (row) => await ask(row))`. */
const LIBRARY_METHODS: ReadonlySet<string> = new Set(
  [Array, Map, Set, Promise].flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype)),
);

/** What is registered, not waited for. */
function isDropped({ parent }: ts.Node): boolean {
  if (ts.isParenthesizedExpression(parent)) return isDropped(parent);
  return ts.isExpressionStatement(parent) || ts.isVoidExpression(parent);
}
