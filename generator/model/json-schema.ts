/** The part of JSON Schema (draft-07 and 2020-12 alike) that the MCP schemas use and the generator understands. */
export interface SchemaObject {
  readonly $ref?: string;
  readonly description?: string;
  readonly title?: string;
  readonly default?: unknown;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

/** `false` is the schema that nothing satisfies: as a property it means that the property must be absent. */
export type JsonSchema = boolean | SchemaObject;

export type Definitions = ReadonlyMap<string, SchemaObject>;

/** A schema as loaded: checked to be one, every reference resolved, nothing changed yet. */
export interface SchemaDocument {
  /** What to call it in headers and messages: a revision, or the path or URL it came from. */
  readonly name: string;
  /** SHA-256 of the canonical text. */
  readonly digest: string;
  /** In the order of the file. */
  readonly definitions: Definitions;
}

/** `#/$defs/Name` and `#/definitions/Name` → `Name`; undefined for any other reference. */
export function referencedName(reference: string): string | undefined {
  const escaped = /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(reference)?.[1];
  return escaped?.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** What a schema is once its references are followed; `{}` for a boolean. */
export function dereference(schema: JsonSchema, definitions: Definitions): SchemaObject {
  if (typeof schema === 'boolean') return {};
  if (schema.$ref === undefined) return schema;
  return dereference(definitions.get(referencedName(schema.$ref) ?? '') ?? {}, definitions);
}

/** Every schema directly inside `schema`, with its path from there. */
export function* childSchemas(schema: SchemaObject): Generator<readonly [path: string, child: JsonSchema]> {
  for (const [name, child] of Object.entries(schema.properties ?? {})) yield [`properties/${name}`, child];
  for (const keyword of ['additionalProperties', 'items'] as const) {
    const child = schema[keyword];
    if (child !== undefined) yield [keyword, child];
  }
  for (const keyword of ['anyOf', 'oneOf', 'allOf'] as const)
    for (const [index, child] of (schema[keyword] ?? []).entries()) yield [`${keyword}/${index}`, child];
}
