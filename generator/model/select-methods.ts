import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { SchemaModel } from './build-model.ts';
import { INPUT_REQUIRED_RESULT } from './build-model.ts';
import { childSchemas, referencedName } from './json-schema.ts';
import type { Definitions, JsonSchema } from './json-schema.ts';

/**
 * The model with only these requests and notifications, and the definitions they need; the whole model without `methods`.
 * @throws {DiagnosticError} MRTR5010 for a method that the schema does not have
 */
export function selectMethods(model: SchemaModel, methods?: readonly string[]): SchemaModel {
  if (methods === undefined) return model;
  const known = new Set([...model.requests, ...model.notifications].map(({ method }) => method));
  for (const method of methods) {
    if (known.has(method)) continue;
    const params = { value: method, option: '--methods', choices: [...known].join(', ') };
    throw new DiagnosticError(diag.unknownOptionValue(undefined, params));
  }
  const requests = model.requests.filter(({ method }) => methods.includes(method));
  const notifications = model.notifications.filter(({ method }) => methods.includes(method));
  const roots = [
    ...requests.flatMap(({ request, result, response, mayRequireInput }) => [
      request,
      result,
      // `CallToolResponse` is generated; `CallToolResultResponse` is its envelope in the schema.
      response.replace(/Response$/, 'ResultResponse'),
      ...(mayRequireInput ? [INPUT_REQUIRED_RESULT] : []),
    ]),
    ...notifications.map(({ notification }) => notification),
  ];
  const definitions = reachableDefinitions(model.document.definitions, ['Result', ...roots]);
  return { document: { ...model.document, definitions }, requests, notifications };
}

function reachableDefinitions(definitions: Definitions, roots: readonly string[]): Definitions {
  const reached = new Set<string>();
  const visit = (schema: JsonSchema): void => {
    if (typeof schema === 'boolean') return;
    const name = schema.$ref === undefined ? undefined : referencedName(schema.$ref);
    if (name !== undefined) reach(name);
    for (const [, child] of childSchemas(schema)) visit(child);
  };
  const reach = (name: string): void => {
    const schema = definitions.get(name);
    if (schema === undefined || reached.has(name)) return;
    reached.add(name);
    visit(schema);
  };
  for (const root of roots) reach(root);
  return new Map([...definitions].filter(([name]) => reached.has(name)));
}
