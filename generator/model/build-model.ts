import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { referencedName } from './json-schema.ts';
import type { Definitions, JsonSchema, SchemaDocument } from './json-schema.ts';

/** The definition that a method's result may be instead of the method's own (specification 2026-07-28, "Multi round-trip requests"). */
export const INPUT_REQUIRED_RESULT = 'InputRequiredResult';

export interface RequestModel {
  /** As on the wire: `tools/call`. */
  readonly method: string;
  /** The definition of the request: `CallToolRequest`. */
  readonly request: string;
  /** The definition of the result of a request that completed: `CallToolResult`. */
  readonly result: string;
  /** The name of the union of everything that may be answered: `CallToolResponse`. */
  readonly response: string;
  readonly mayRequireInput: boolean;
}

export interface NotificationModel {
  readonly method: string;
  readonly notification: string;
}

/** What the emitters read. The order is that of the schema. */
export interface SchemaModel {
  readonly document: SchemaDocument;
  readonly requests: readonly RequestModel[];
  readonly notifications: readonly NotificationModel[];
}

/**
 * Reads methods and their results from the definitions. `FooRequest` is answered with what `FooResultResponse.result`
 * says; a revision without such definitions (all before 2026-07-28) by the names: `FooResult`, or else `EmptyResult`.
 * @throws {DiagnosticError} MRTR5012 when the schema has a definition of the name a response gets
 */
export function buildModel(document: SchemaDocument): SchemaModel {
  const { definitions } = document;
  const requests: RequestModel[] = [];
  const notifications: NotificationModel[] = [];
  for (const [name, schema] of definitions) {
    // `ClientNotification` and its like are unions; one with a single member is written as that member.
    const method = constantMethod(schema.properties?.['method']);
    if (method === undefined || /^(?:Client|Server)(?:Request|Notification)$/.test(name)) continue;
    if (name.endsWith('Request')) requests.push(buildRequest(name, method, definitions));
    else if (name.endsWith('Notification')) notifications.push({ method, notification: name });
  }
  return { document, requests, notifications };
}

function buildRequest(request: string, method: string, definitions: Definitions): RequestModel {
  const base = request.slice(0, -'Request'.length);
  const response = `${base}Response`;
  if (definitions.has(response))
    throw new DiagnosticError(diag.generatedNameClash(undefined, { name: response }));
  const declared = referencedResults(definitions.get(`${base}ResultResponse`)?.properties?.['result']);
  const result =
    declared.find((name) => name !== INPUT_REQUIRED_RESULT) ??
    [`${base}Result`, 'EmptyResult'].find((name) => definitions.has(name)) ??
    'Result';
  return { method, request, result, response, mayRequireInput: declared.includes(INPUT_REQUIRED_RESULT) };
}

function constantMethod(schema: JsonSchema | undefined): string | undefined {
  return typeof schema === 'object' && typeof schema.const === 'string' ? schema.const : undefined;
}

function referencedResults(schema: JsonSchema | undefined): string[] {
  if (typeof schema !== 'object') return [];
  const name = schema.$ref === undefined ? undefined : referencedName(schema.$ref);
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return [...(name === undefined ? [] : [name]), ...branches.flatMap(referencedResults)];
}

/** Whether results say what they are, so that responses can be told apart by `resultType`. */
export function hasResultType(model: SchemaModel): boolean {
  return model.document.definitions.get('Result')?.properties?.['resultType'] !== undefined;
}
