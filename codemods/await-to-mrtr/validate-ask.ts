import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { AskSite } from '../../engine/find/find-asks.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { droppedUrlProperties } from './print-ask.ts';

/** Checks that an ask has a counterpart among the modern requests and that nothing with an effect is left out. */
export function validateAsk(ask: AskSite, checker: ts.TypeChecker): Diagnostic[] {
  if (ask.kind === 'helper') return [];
  const at = spanOf(ask.call);
  if (ask.isUntyped) return [diag.untypedAsk(at)];
  if (ask.kind === 'elicitation') return [diag.unknownElicitationMode(at)];
  if (ask.kind === 'url' && (ask.params === undefined || !ts.isObjectLiteralExpression(ask.params))) {
    return [diag.unknownElicitationMode(at)];
  }
  if (ask.kind === 'sampling' && !hasKnownResult(ask, checker)) return [diag.samplingWithTools(at)];
  const effect = droppedParts(ask)
    .map((part) => findEffect(part, checker))
    .find((node) => node !== undefined);
  if (effect !== undefined) return [diag.droppedPartHasEffect(spanOf(effect), { part: effect.getText() })];
  return ask.options === undefined
    ? []
    : [diag.requestOptionsDropped(spanOf(ask.options), { options: optionNames(ask.options) })];
}

/** What of the call the rewritten ask leaves out. */
export function droppedParts(ask: AskSite): readonly ts.Node[] {
  // `send(request, resultSchema?, options?)`: the answer is read by its kind, not by a schema.
  const rest =
    ask.channel === 'send' ? ask.call.arguments.slice(1) : ask.options === undefined ? [] : [ask.options];
  return [...droppedUrlProperties(ask), ...rest];
}

/** The params say which type the result has; `send` leaves that to the schema that it is given. */
function hasKnownResult({ params, channel, mayUseTools }: AskSite, checker: ts.TypeChecker): boolean {
  if (params === undefined) return false;
  if (mayUseTools === true) return true;
  const type = checker.getTypeAtLocation(params);
  const isPlain = type.getProperty('tools') === undefined && type.getProperty('toolChoice') === undefined;
  return type.getProperty('messages') !== undefined && (channel !== 'send' || isPlain);
}

function optionNames(options: ts.Expression): string {
  if (!ts.isObjectLiteralExpression(options)) return options.getText();
  return options.properties.map((property) => property.name?.getText() ?? property.getText()).join(', ');
}

/** Built-in functions whose only result is their value. */
const VALUE_ONLY: ReadonlySet<string> = new Set(['randomUUID', 'timeout', 'any']);

/** The first call below `node` that runs when the node is evaluated and may do more than return a value. */
function findEffect(node: ts.Node, checker: ts.TypeChecker): ts.Node | undefined {
  if (ts.isFunctionLike(node)) return undefined;
  if (ts.isAwaitExpression(node) || ts.isNewExpression(node)) return node;
  if (ts.isCallExpression(node) && !isValueOnly(node, checker)) return node;
  return ts.forEachChild(node, (child) => findEffect(child, checker));
}

function isValueOnly(call: ts.CallExpression, checker: ts.TypeChecker): boolean {
  const declaration = checker.getResolvedSignature(call)?.declaration;
  const file = declaration?.getSourceFile().fileName ?? '';
  const name = ts.isPropertyAccessExpression(call.expression)
    ? call.expression.name.text
    : call.expression.getText();
  return VALUE_ONLY.has(name) && /([\\/]@types[\\/]node[\\/]|lib\.[\w.]+\.d\.ts$)/.test(file);
}
