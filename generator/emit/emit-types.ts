import { compile } from 'json-schema-to-typescript';

import type { SchemaModel } from '../model/build-model.ts';
import type { Definitions, JsonSchema, SchemaObject } from '../model/json-schema.ts';
import { referencedName } from '../model/json-schema.ts';
import { applyOverlay } from '../model/overlay.ts';

/** A schema as json-schema-to-typescript reads it; `tsType` is its way to say the type outright. */
type AnnotatedSchema = Readonly<Record<string, unknown>>;

/**
 * One exported declaration per definition, in the order of the schema.
 *
 * Every definition is compiled on its own, with `tsType` in the place of each reference: references with a description
 * would be cloned (`Foo1`) and definitions that are only a reference left out otherwise.
 */
export async function emitTypes(model: SchemaModel): Promise<string> {
  const definitions = applyOverlay(model, 'types');
  const declarations: string[] = [];
  for (const [name, schema] of definitions) {
    // A title would be taken for the name.
    const { title: _, ...annotated } = annotateSchema(schema, definitions);
    declarations.push(
      await compile(annotated, name, {
        additionalProperties: false,
        bannerComment: '',
        format: false,
        ignoreMinAndMaxItems: true,
      }),
    );
  }
  return declarations.join('\n');
}

/** Says with `tsType` what JSON Schema leaves open and the specification's TypeScript does not (`{}`, `object`). */
function annotateSchema(schema: JsonSchema, definitions: Definitions): AnnotatedSchema {
  if (typeof schema === 'boolean') return { tsType: schema ? 'unknown' : 'never' };
  const doc =
    schema.description === undefined ? {} : { description: resolveLinks(schema.description, definitions) };
  if (schema.$ref !== undefined) return { ...doc, tsType: referencedName(schema.$ref) };
  const { type, const: constant, enum: choices, anyOf, oneOf, allOf, items } = schema;
  if (type === undefined && constant === undefined && !choices && !anyOf && !oneOf && !allOf)
    return { ...doc, tsType: 'unknown' };
  const annotate = (part: JsonSchema): AnnotatedSchema => annotateSchema(part, definitions);
  return {
    ...doc,
    ...(type !== undefined && { type }),
    ...(constant !== undefined && { const: constant }),
    ...(choices && { enum: choices }),
    ...(anyOf && { anyOf: anyOf.map(annotate) }),
    ...(oneOf && { oneOf: oneOf.map(annotate) }),
    ...(allOf && { allOf: allOf.map(annotate) }),
    ...(items !== undefined && { items: annotate(items) }),
    ...(type === 'object' && annotateObject(schema, annotate)),
  };
}

/**
 * How the schema's generator (typescript-json-schema) spells TypeScript: `object` as no properties and
 * `additionalProperties: true`, an interface as properties alone, an index signature as `additionalProperties`.
 */
function annotateObject(
  { properties, required, additionalProperties: rest }: SchemaObject,
  annotate: (part: JsonSchema) => AnnotatedSchema,
): AnnotatedSchema {
  const entries = Object.entries(properties ?? {});
  if (properties && entries.length === 0 && rest === true) return { tsType: 'object' };
  if (properties === undefined && rest === undefined) return { tsType: 'Record<string, unknown>' };
  return {
    properties: Object.fromEntries(entries.map(([name, part]) => [name, annotate(part)])),
    ...(required && { required }),
    additionalProperties: rest === undefined ? false : annotate(rest),
  };
}

/** The schema's generator glued link targets to link texts: `{@link CallToolRequesttools/call}`. */
function resolveLinks(text: string, definitions: Definitions): string {
  return text.replaceAll(/\{@link ([\w$.]+)([^}]*)\}/g, (whole, target: string, rest: string) => {
    const label = `${target}${rest}`;
    if (definitions.has(target) && rest === '') return whole;
    const names = [...definitions.keys()].filter((name) => label.startsWith(name));
    const name = names.sort((a, b) => b.length - a.length)[0];
    if (name === undefined) return whole;
    const shown = label.slice(name.length).replace(/^[\s|]+/, '');
    return `{@link ${name} | ${shown}}`;
  });
}
