import { INPUT_REQUIRED_RESULT } from './build-model.ts';
import type { RequestModel, SchemaModel } from './build-model.ts';
import { dereference, referencedName } from './json-schema.ts';
import type { Definitions, JsonSchema, SchemaObject } from './json-schema.ts';

/**
 * A fact of the specification that its JSON Schema does not carry. These entries are the only place where the generator
 * knows a definition by name.
 */
export interface OverlayEntry {
  readonly name: string;
  readonly reason: string;
  /** Types must stay mutually assignable with the specification's TypeScript; validators may be stricter than it can say. */
  readonly scope: 'types and validators' | 'types' | 'validators';
  /** Returns the definitions it replaces; nothing when the schema has nothing to correct. */
  correct(definitions: Definitions, model: SchemaModel): Readonly<Record<string, SchemaObject>>;
}

export const OVERLAY: readonly OverlayEntry[] = [
  {
    name: 'json-value-is-any-json',
    reason:
      'schema.ts says `string | number | boolean | null | JSONObject | JSONArray`; the schema writes integer and leaves null out.',
    scope: 'types and validators',
    correct: (definitions) =>
      replace(definitions, 'JSONValue', (schema) =>
        mapSchemas(schema, (part) =>
          isIntegerPrimitive(part) ? { ...part, type: ['string', 'number', 'boolean', 'null'] } : part,
        ),
      ),
  },
  {
    name: 'elicited-numbers',
    reason:
      'A form may ask for a `number`; schema.ts says `number` where the schema of the answer says integer.',
    scope: 'types and validators',
    correct: (definitions) =>
      replace(definitions, 'ElicitResult', (schema) =>
        mapSchemas(schema, (part) =>
          isIntegerPrimitive(part) ? { ...part, type: ['string', 'number', 'boolean'] } : part,
        ),
      ),
  },
  {
    name: 'open-bases',
    reason:
      'In schema.ts what extends an open interface (`Result`, `MetaObject`) is open too; flattening lost the index signature.',
    scope: 'types',
    correct: openDerived,
  },
  {
    name: 'input-required-is-marked',
    reason:
      'Prose: `resultType` is "input_required", and at least one of `inputRequests` and `requestState` MUST be present.',
    scope: 'validators',
    correct: (definitions) =>
      replace(definitions, INPUT_REQUIRED_RESULT, (schema) => ({
        ...schema,
        properties: { ...schema.properties, resultType: { type: 'string', const: 'input_required' } },
        anyOf: [{ required: ['inputRequests'] }, { required: ['requestState'] }],
      })),
  },
  {
    name: 'result-type-tells-results-apart',
    reason:
      'Prose: `resultType` says how to parse the result, and an absent one MUST be treated as "complete"; the union in the schema accepts a broken result as the other branch.',
    scope: 'validators',
    correct: (definitions, model) => addResponses(definitions, model.requests),
  },
  {
    name: 'cache-hints-may-be-absent',
    reason:
      'Prose (server/utilities/caching): a client assumes `ttlMs` 0 when it is absent. Not caching makes `cacheScope` moot; "private" is the safe value.',
    scope: 'validators',
    correct: allowAbsentCacheHints,
  },
  {
    name: 'message-kinds-by-key',
    reason:
      'JSON-RPC 2.0 tells messages apart by `method`, `id`, `result` and `error`; in the schema a request is a notification too.',
    scope: 'validators',
    correct: (definitions) =>
      Object.assign(
        {},
        ...['JSONRPCMessage', 'JSONRPCResponse'].map((name) =>
          replace(definitions, name, (schema) => excludeSiblingKeys(schema, definitions)),
        ),
      ) as Record<string, SchemaObject>,
  },
];

/** The definitions with every entry of the overlay for `target` applied, in order. */
export function applyOverlay(model: SchemaModel, target: 'types' | 'validators'): Definitions {
  let definitions = model.document.definitions;
  for (const entry of OVERLAY) {
    if (!entry.scope.includes(target)) continue;
    definitions = new Map([...definitions, ...Object.entries(entry.correct(definitions, model))]);
  }
  return definitions;
}

function replace(
  definitions: Definitions,
  name: string,
  correct: (schema: SchemaObject) => SchemaObject,
): Readonly<Record<string, SchemaObject>> {
  const schema = definitions.get(name);
  return schema === undefined ? {} : { [name]: correct(schema) };
}

function isIntegerPrimitive({ type }: SchemaObject): boolean {
  return Array.isArray(type) && ['string', 'integer', 'boolean'].every((name) => type.includes(name));
}

/** Rebuilds a schema from the inside out. */
function mapSchemas(schema: SchemaObject, change: (part: SchemaObject) => SchemaObject): SchemaObject {
  const map = (part: JsonSchema): JsonSchema => (typeof part === 'object' ? mapSchemas(part, change) : part);
  const { properties, additionalProperties, items, anyOf } = schema;
  return change({
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, map(part)])),
    }),
    ...(additionalProperties !== undefined && { additionalProperties: map(additionalProperties) }),
    ...(items !== undefined && { items: map(items) }),
    ...(anyOf && { anyOf: anyOf.map(map) }),
  });
}

function openDerived(definitions: Definitions): Readonly<Record<string, SchemaObject>> {
  const bases = [...definitions].filter(([, schema]) => isOpen(schema));
  const opened: Record<string, SchemaObject> = {};
  for (const [name, schema] of definitions) {
    if (schema.type !== 'object' || isOpen(schema) || schema.additionalProperties !== undefined) continue;
    if (bases.some(([base, baseSchema]) => name.endsWith(base) && extendsSchema(schema, baseSchema)))
      opened[name] = { ...schema, additionalProperties: {} };
  }
  return opened;
}

function isOpen({ type, properties, additionalProperties: rest }: SchemaObject): boolean {
  if (type !== 'object') return false;
  if (rest === undefined) return properties === undefined;
  return rest === true || (typeof rest === 'object' && Object.keys(rest).length === 0);
}

function extendsSchema(derived: SchemaObject, base: SchemaObject): boolean {
  const names = new Set(Object.keys(derived.properties ?? {}));
  return (
    Object.keys(base.properties ?? {}).every((name) => names.has(name)) &&
    (base.required ?? []).every((name) => derived.required?.includes(name))
  );
}

/** Adds `CallToolResponse` and its like, and makes them what `CallToolResultResponse.result` is checked against. */
function addResponses(
  definitions: Definitions,
  requests: readonly RequestModel[],
): Readonly<Record<string, SchemaObject>> {
  const added: Record<string, SchemaObject> = {};
  for (const { request, result, response, mayRequireInput } of requests) {
    const complete = acceptUnmarked(result, definitions);
    const inputRequired = { $ref: `#/$defs/${INPUT_REQUIRED_RESULT}` };
    added[response] = mayRequireInput ? { anyOf: [inputRequired, complete] } : complete;
    const envelope = `${request.slice(0, -'Request'.length)}ResultResponse`;
    Object.assign(
      added,
      replace(definitions, envelope, (schema) => ({
        ...schema,
        properties: { ...schema.properties, result: { $ref: `#/$defs/${response}` } },
      })),
    );
  }
  return added;
}

/** A result that may leave `resultType` out, and says "complete" if it does not. */
function acceptUnmarked(result: string, definitions: Definitions): SchemaObject {
  const schema = definitions.get(result) ?? {};
  const target = schema.$ref === undefined ? undefined : referencedName(schema.$ref);
  if (target !== undefined) return acceptUnmarked(target, definitions);
  if (schema.properties?.['resultType'] === undefined) return { $ref: `#/$defs/${result}` };
  return {
    ...schema,
    properties: {
      ...schema.properties,
      resultType: { type: 'string', const: 'complete', default: 'complete' },
    },
    required: (schema.required ?? []).filter((name) => name !== 'resultType'),
  };
}

const CACHE_HINT_DEFAULTS: Readonly<Record<string, unknown>> = { ttlMs: 0, cacheScope: 'private' };

/** In what a client receives; `ListToolsResult` itself, which a server sends, still requires them. */
function allowAbsentCacheHints(
  definitions: Definitions,
  { requests }: SchemaModel,
): Readonly<Record<string, SchemaObject>> {
  const relax = (part: SchemaObject): SchemaObject => {
    const { properties = {}, required = [] } = part;
    if (properties['resultType'] === undefined || !required.some((key) => key in CACHE_HINT_DEFAULTS))
      return part;
    const withDefaults = Object.entries(properties).map(([key, property]) => {
      const hint = key in CACHE_HINT_DEFAULTS && typeof property === 'object';
      return [key, hint ? { ...property, default: CACHE_HINT_DEFAULTS[key] } : property] as const;
    });
    return {
      ...part,
      properties: Object.fromEntries(withDefaults),
      required: required.filter((key) => !(key in CACHE_HINT_DEFAULTS)),
    };
  };
  return Object.assign(
    {},
    ...requests.map(({ response }) => replace(definitions, response, (schema) => mapSchemas(schema, relax))),
  ) as Record<string, SchemaObject>;
}

/** No branch may have a key that another branch requires and it does not declare itself. */
function excludeSiblingKeys(schema: SchemaObject, definitions: Definitions): SchemaObject {
  // In the revisions up to 2025-06-18 `JSONRPCResponse` is a single definition.
  if (schema.anyOf === undefined) return schema;
  const branches = schema.anyOf.map((branch) => ({ branch, target: dereference(branch, definitions) }));
  const required = new Set(branches.flatMap(({ target }) => target.required ?? []));
  return {
    ...schema,
    anyOf: branches.map(({ branch, target }) => {
      if (target.properties === undefined) return branch;
      const foreign = [...required].filter((name) => !Object.hasOwn(target.properties ?? {}, name));
      const absent = Object.fromEntries(foreign.map((name) => [name, false]));
      return { allOf: [branch, { properties: absent }] };
    }),
  };
}
