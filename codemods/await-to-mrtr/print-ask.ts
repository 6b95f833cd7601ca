import type { AskSite } from '../../engine/find/find-asks.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { ImportRequest } from '../edits.ts';
import { layoutObject } from './layout.ts';
import type { SourceText } from './source-text.ts';

export const SERVER_MODULE = '@modelcontextprotocol/server';
export const RUNTIME_MODULE = 'mrtr/runtime';

/** The SDK's test for the result of a helper that has to be returned, so that the client is asked. */
export const IS_ASKING = 'isInputRequiredResult';

const READERS: Readonly<Record<Exclude<AskSite['kind'], 'helper'>, string>> = {
  form: 'elicitResult',
  url: 'elicitResult',
  elicitation: 'elicitResult',
  sampling: 'samplingResult',
  roots: 'rootsResult',
};

/** The runtime function that reads the answer of an ask. */
export function readerOf({ kind, mayUseTools }: AskSite): string {
  if (kind === 'helper') throw new RangeError('a helper reads its answer itself');
  return mayUseTools === true ? 'samplingResultWithTools' : READERS[kind];
}

/** Prints the request of an ask as the modern protocol embeds it, with the params as the user wrote them. */
export function printRequest(site: AskSite, source: SourceText, indent: string): string {
  const params = (at: string): string => (site.params === undefined ? '' : source.slice(site.params, at));
  switch (site.kind) {
    case 'helper':
      throw new RangeError('a helper prints its request itself');
    case 'roots':
      return 'inputRequired.listRoots()';
    case 'sampling':
      return `inputRequired.createMessage(${params(indent)})`;
    case 'url':
      if (site.channel === 'elicitInput')
        return `inputRequired.elicitUrl(${printUrlParams(site, source, indent)})`;
      return `unvalidated(inputRequired.elicitUrl(${printUrlParams(site, source, indent)}))`;
    default:
      return site.channel === 'elicitInput'
        ? `inputRequired.elicit(${params(indent)})`
        : `unvalidated(inputRequired.elicit(${params(indent)}))`;
  }
}

/** Imports that a printed ask needs. */
export function importsOf(site: AskSite): ImportRequest[] {
  if (site.kind === 'helper') return [{ module: SERVER_MODULE, name: IS_ASKING, typeOnly: false }];
  const runtime = [readerOf(site), ...(isUnvalidated(site) ? ['unvalidated'] : [])];
  return [
    { module: SERVER_MODULE, name: 'inputRequired', typeOnly: false },
    ...runtime.map((name) => ({ module: RUNTIME_MODULE, name, typeOnly: false })),
  ];
}

function isUnvalidated(site: AskSite): boolean {
  return site.channel === 'send' && site.kind !== 'sampling' && site.kind !== 'roots';
}

/** The modern request has neither `mode` (the builder adds it) nor `elicitationId` (the revision dropped it). */
function printUrlParams(site: AskSite, source: SourceText, indent: string): string {
  if (site.params === undefined || !ts.isObjectLiteralExpression(site.params)) return '{}';
  const dropped = droppedUrlProperties(site);
  const kept = site.params.properties.filter((property) => !dropped.includes(property));
  return layoutObject(
    kept.map((property) => ({ key: source.slice(property, indent + source.unit) })),
    indent,
    source,
  );
}

/** The properties of a URL elicitation that the modern request does not have. */
export function droppedUrlProperties(site: AskSite): ts.ObjectLiteralElementLike[] {
  if (site.kind !== 'url' || site.params === undefined || !ts.isObjectLiteralExpression(site.params))
    return [];
  return site.params.properties.filter(
    ({ name }) =>
      name !== undefined && ts.isIdentifier(name) && (name.text === 'mode' || name.text === 'elicitationId'),
  );
}
