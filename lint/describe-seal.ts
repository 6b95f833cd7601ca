import { sdkFunctionName } from '../engine/find/find-asks.ts';
import { isStandardLibrary } from '../engine/analyze/pure-builtins.ts';
import { ts } from '../engine/syntax/ts.ts';
import { isRequestStateMethod, resolveValue } from './sdk-calls.ts';

/** How a `requestState` string came to be. */
export interface Seal {
  /**
   * `mrtr` encrypts. `sdk` signs and leaves the payload readable (`createRequestStateCodec`: base64url JSON and an HMAC).
   * `plain` is neither: anybody can write such a state. `unknown` cannot be told from the source.
   */
  readonly by: 'mrtr' | 'sdk' | 'plain' | 'unknown' | 'none';
  readonly node: ts.Expression;
  readonly payload: ts.Expression | undefined;
}

const TEXT_ENCODERS: ReadonlySet<string> = new Set([
  'btoa',
  'encodeURIComponent',
  'encodeURI',
  'escape',
  'String',
]);

/** Looks at the expression given as `requestState`, constants followed. */
export function describeSeal(state: ts.Expression, checker: ts.TypeChecker): Seal {
  const node = resolveValue(state, checker);
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node))
    return { by: 'plain', node, payload: undefined };
  if (!ts.isCallExpression(node)) return { by: 'unknown', node, payload: undefined };
  const [payload] = node.arguments;
  if (isRequestStateMethod(node, 'mint', checker)) return { by: 'mrtr', node, payload };
  if (sdkFunctionName(node, checker) === 'mint') return { by: 'sdk', node, payload };
  const text = encodedText(node, checker);
  if (text === undefined) return { by: 'unknown', node, payload: undefined };
  if (isJsonStringify(node, checker)) return { by: 'plain', node, payload };
  return { ...describeSeal(text, checker), node };
}

/** What `JSON.stringify(x)`, `btoa(x)` and `Buffer.from(x).toString('base64')` make readable text of. */
function encodedText(call: ts.CallExpression, checker: ts.TypeChecker): ts.Expression | undefined {
  const { expression } = call;
  if (isJsonStringify(call, checker)) return call.arguments[0];
  if (ts.isIdentifier(expression)) {
    return TEXT_ENCODERS.has(expression.text) && isGlobalName(expression, checker)
      ? call.arguments[0]
      : undefined;
  }
  if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== 'toString') return undefined;
  const source = resolveValue(expression.expression, checker);
  const isBuffer =
    ts.isCallExpression(source) &&
    ts.isPropertyAccessExpression(source.expression) &&
    source.expression.getText() === 'Buffer.from';
  return isBuffer ? source.arguments[0] : undefined;
}

function isJsonStringify(call: ts.CallExpression, checker: ts.TypeChecker): boolean {
  const { expression } = call;
  return (
    ts.isPropertyAccessExpression(expression) &&
    expression.name.text === 'stringify' &&
    isGlobalName(expression.expression, checker)
  );
}

function isGlobalName(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
  return (symbol?.declarations ?? []).some(
    (declaration) =>
      isStandardLibrary(declaration) ||
      /[\\/]@types[\\/]node[\\/]/.test(declaration.getSourceFile().fileName),
  );
}
