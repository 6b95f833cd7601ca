import * as fc from 'fast-check';

import { referencedName } from '../../generator/model/json-schema.ts';
import type { Definitions, JsonSchema, SchemaObject } from '../../generator/model/json-schema.ts';

const MAX_DEPTH = 6;

/** Values that satisfy `schema` nearly always (an `allOf` is met by merging, which may contradict itself). */
export function arbitraryOf(schema: JsonSchema, definitions: Definitions, depth = 0): fc.Arbitrary<unknown> {
  if (typeof schema === 'boolean') return fc.constant(depth);
  const nested = (part: JsonSchema): fc.Arbitrary<unknown> => arbitraryOf(part, definitions, depth + 1);
  if (schema.$ref !== undefined) return nested(definitions.get(referencedName(schema.$ref) ?? '') ?? {});
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.allOf) {
    return fc
      .tuple(...schema.allOf.map(nested))
      .map((parts) => Object.assign({}, ...parts) as Record<string, unknown>);
  }
  if (schema.anyOf && schema.type === undefined) {
    // Past the depth the last branches are the simple ones in the MCP schemas (strings, numbers).
    const branches = depth > MAX_DEPTH ? schema.anyOf.slice(-1) : schema.anyOf;
    return fc.oneof(...branches.map(nested));
  }
  const types = schema.type === undefined ? ['string'] : [schema.type].flat();
  return fc.oneof(...types.map((type) => arbitraryOfType(type, schema, nested, depth)));
}

function arbitraryOfType(
  type: string,
  schema: SchemaObject,
  nested: (part: JsonSchema) => fc.Arbitrary<unknown>,
  depth: number,
): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return fc.string({ maxLength: 8 });
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000 });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return depth > MAX_DEPTH
        ? fc.constant([])
        : fc.array(nested(schema.items ?? true), { maxLength: Math.min(schema.maxItems ?? 3, 3) });
    default:
      return arbitraryObject(schema, nested, depth);
  }
}

function arbitraryObject(
  { properties = {}, required = [], additionalProperties: rest }: SchemaObject,
  nested: (part: JsonSchema) => fc.Arbitrary<unknown>,
  depth: number,
): fc.Arbitrary<unknown> {
  const wanted = Object.entries(properties).filter(([name]) => depth <= MAX_DEPTH || required.includes(name));
  const model = Object.fromEntries(wanted.map(([name, part]) => [name, nested(part)]));
  const own = fc.record(model, { requiredKeys: required.filter((name) => name in model) });
  if (rest === undefined || depth > MAX_DEPTH) return own;
  const others = fc.dictionary(fc.stringMatching(/^x[a-z]{1,3}$/), nested(rest), { maxKeys: 2 });
  return fc.tuple(others, own).map(([other, fixed]) => ({ ...other, ...fixed }));
}
