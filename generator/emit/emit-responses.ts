import { INPUT_REQUIRED_RESULT, hasResultType } from '../model/build-model.ts';
import type { RequestModel, SchemaModel } from '../model/build-model.ts';
import { readTemplate } from '../../templates/read-template.ts';

/** Response unions, the maps from method to types, builders, and `ContentOf`. */
export function emitResponses(model: SchemaModel): string {
  const { requests, notifications } = model;
  const marked = hasResultType(model);
  const asksForInput = model.document.definitions.has(INPUT_REQUIRED_RESULT);
  const imported = new Set([
    ...requests.flatMap(({ request, result }) => [request, result]),
    ...notifications.map(({ notification }) => notification),
    ...(asksForInput ? [INPUT_REQUIRED_RESULT, 'InputRequests'] : []),
  ]);
  const withInput = requests.filter((request) => request.mayRequireInput).map(({ method }) => quote(method));
  return [
    emitTypeImport([...imported]),
    asksForInput ? readTemplate('generator/responses.ts') : '',
    marked ? readTemplate('generator/complete.ts') : '',
    ...requests.map((request) => emitResponse(request, marked)),
    emitMap('RequestByMethod', 'The request of each method.', requests, ({ request }) => request),
    emitMap('ParamsByMethod', 'The parameters of each method.', requests, ({ request }) =>
      paramsOf(request, model),
    ),
    emitMap(
      'ResultByMethod',
      'The result of each method once it completed.',
      requests,
      ({ result }) => result,
    ),
    emitMap(
      'ResponseByMethod',
      'Everything each method may be answered with.',
      requests,
      ({ response }) => response,
    ),
    emitMap(
      'NotificationByMethod',
      'The notification of each method.',
      notifications,
      (one) => one.notification,
    ),
    `/** The methods that a server may answer with \`InputRequired\`. */
export const methodsWithInputRequired: readonly [${withInput.join(', ')}] = [${withInput.join(', ')}];

export type MethodWithInputRequired = (typeof methodsWithInputRequired)[number];`,
    model.document.definitions.has('ElicitResult') ? readTemplate('generator/content-of.ts') : '',
  ].join('\n\n');
}

/** `import type` of the names from `./types.js`; nothing for no names. */
export function emitTypeImport(names: readonly string[], from = './types.js'): string {
  return names.length === 0 ? '' : `import type { ${[...names].sort().join(', ')} } from ${quote(from)};`;
}

function emitResponse({ method, result, response, mayRequireInput }: RequestModel, marked: boolean): string {
  const complete = marked ? `(${result} & { resultType: 'complete' })` : result;
  const union = mayRequireInput ? `${complete} | InputRequired` : complete;
  return `/** What \`${method}\` may be answered with. */\nexport type ${response} = ${union};`;
}

function emitMap<T extends { readonly method: string }>(
  name: string,
  doc: string,
  entries: readonly T[],
  typeOf: (entry: T) => string,
): string {
  const members = entries.map((entry) => `${quote(entry.method)}: ${typeOf(entry)};`);
  return `/** ${doc} */\nexport interface ${name} {\n${members.join('\n')}\n}`;
}

function paramsOf(request: string, { document }: SchemaModel): string {
  const hasParams = document.definitions.get(request)?.properties?.['params'] !== undefined;
  return hasParams ? `${request}['params']` : 'undefined';
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
