import { boundName, derivedName } from '../find/bound-name.ts';
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
 * after the variable that is computed from it, else after its kind; `sizeAnswer` asks for `size`. Names, not positions:
 * a comment or a reformat does not change them. Unique within the handler; what the author named has the first choice.
 */
export function planAskKeys(sites: readonly AskSite[]): ReadonlyMap<AskSite, string> {
  const keys = new Map<AskSite, string>();
  const used = new Set<string>();
  const name = (site: AskSite, base: string): void => {
    let key = base;
    for (let ordinal = 2; used.has(key); ordinal += 1) key = `${base}${ordinal}`;
    used.add(key);
    keys.set(site, key);
  };
  for (const site of sites) {
    const own = givenName(site);
    if (own !== undefined) name(site, own);
  }
  for (const site of sites) if (!keys.has(site)) name(site, fallbackName(site));
  return keys;
}

/** `sizeAnswer` takes the answer to `size`; that of `confirm(…)` in `confirmAnswer` has no name of its own. */
function givenName(site: AskSite): string | undefined {
  const bound = boundName(site.call);
  if (bound === undefined) return onlySchemaProperty(site) ?? derivedName(site.call);
  const subject = /^(.+)Answer\d*$/.exec(bound)?.[1] ?? bound;
  return subject !== bound && site.kind === 'helper' && subject === fallbackName(site) ? undefined : subject;
}

function fallbackName({ kind, call }: AskSite): string {
  if (kind !== 'helper') return FALLBACK_NAMES[kind];
  const { expression } = call;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  return ts.isIdentifier(name) || ts.isPrivateIdentifier(name) ? name.text.replace('#', '') : 'answer';
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
