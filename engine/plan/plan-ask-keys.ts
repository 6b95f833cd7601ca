import { boundName } from '../find/bound-name.ts';
import { propertyValue } from '../find/find-asks.ts';
import type { AskKind, AskSite } from '../find/find-asks.ts';
import { ts } from '../syntax/ts.ts';

const FALLBACK_NAMES: Readonly<Record<Exclude<AskKind, 'helper'>, string>> = {
  form: 'answer',
  url: 'confirmation',
  elicitation: 'answer',
  sampling: 'completion',
  roots: 'roots',
};

/**
 * Names each ask after the variable its answer is bound to, else after the only property of its requested schema, else
 * after its kind. Names, not positions: a comment or a reformat does not change them. Unique within the handler.
 */
export function planAskKeys(sites: readonly AskSite[]): ReadonlyMap<AskSite, string> {
  const keys = new Map<AskSite, string>();
  const used = new Set<string>();
  for (const site of sites) {
    const base =
      boundName(site.call) ?? elementName(site.call) ?? onlySchemaProperty(site) ?? fallbackName(site);
    let key = base;
    for (let ordinal = 2; used.has(key); ordinal += 1) key = `${base}${ordinal}`;
    used.add(key);
    keys.set(site, key);
  }
  return keys;
}

function fallbackName({ kind, call }: AskSite): string {
  if (kind !== 'helper') return FALLBACK_NAMES[kind];
  const { expression } = call;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  return ts.isIdentifier(name) || ts.isPrivateIdentifier(name) ? name.text.replace('#', '') : 'answer';
}

/** The name at the position of the ask: `size` of `const [name, size] = await Promise.all([ask, ask])`. */
function elementName(call: ts.CallExpression): string | undefined {
  const { parent: elements } = call;
  if (!ts.isArrayLiteralExpression(elements) || !ts.isCallExpression(elements.parent)) return undefined;
  const declaration = elements.parent.parent.parent;
  if (!ts.isVariableDeclaration(declaration) || !ts.isArrayBindingPattern(declaration.name)) return undefined;
  const element = declaration.name.elements[elements.elements.indexOf(call)];
  return element !== undefined && ts.isBindingElement(element) && ts.isIdentifier(element.name)
    ? element.name.text
    : undefined;
}

function onlySchemaProperty(site: AskSite): string | undefined {
  if (site.params === undefined || !ts.isObjectLiteralExpression(site.params)) return undefined;
  const schema = propertyValue(site.params, 'requestedSchema');
  if (schema === undefined || !ts.isObjectLiteralExpression(schema)) return undefined;
  const properties = propertyValue(schema, 'properties');
  if (properties === undefined || !ts.isObjectLiteralExpression(properties)) return undefined;
  const [only, ...others] = properties.properties;
  return only?.name !== undefined && others.length === 0 && ts.isIdentifier(only.name)
    ? only.name.text
    : undefined;
}
