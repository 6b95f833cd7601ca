import type { JsonSchema, SchemaObject } from '../model/json-schema.ts';
import { referencedName } from '../model/json-schema.ts';

/** What a part of the output may depend on besides its schema. */
export interface TypePrinter {
  /** The text of a description as a comment's. */
  readonly describe: (text: string) => string;
  /** The schemas whose index signature is one of `any`. */
  readonly loose: ReadonlySet<SchemaObject>;
}

/**
 * A schema → the TypeScript type it was generated from. How the schema's generator (typescript-json-schema) spells
 * TypeScript: `object` as no properties and `additionalProperties: true`, an interface as properties alone, an index
 * signature as `additionalProperties`, `unknown` as `{}`.
 */
export function printType(schema: JsonSchema, printer: TypePrinter): string {
  if (typeof schema === 'boolean') return schema ? 'unknown' : 'never';
  if (schema.$ref !== undefined) return referencedName(schema.$ref) ?? 'unknown';
  const parts = [
    printValues(schema, printer),
    ...(schema.allOf ?? []).map((part) => printOperand(part, printer)),
    ...[schema.anyOf, schema.oneOf].map((branches) =>
      branches === undefined ? undefined : printUnion(branches.map((branch) => printType(branch, printer))),
    ),
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return 'unknown';
  return parts.length === 1 ? (parts[0] ?? '') : parts.map(parenthesize).join(' & ');
}

/** What `const`, `enum` and `type` say; undefined when there is none of them. */
function printValues(schema: SchemaObject, printer: TypePrinter): string | undefined {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return printUnion(schema.enum.map((value) => JSON.stringify(value)));
  if (schema.type === undefined) return undefined;
  return printUnion([schema.type].flat().map((type) => printNamedType(type, schema, printer)));
}

function printNamedType(type: string, schema: SchemaObject, printer: TypePrinter): string {
  if (type === 'integer') return 'number';
  if (type === 'array')
    return schema.items === undefined ? 'unknown[]' : `${printOperand(schema.items, printer)}[]`;
  if (type !== 'object') return type;
  const { properties, additionalProperties: rest } = schema;
  if (properties && Object.keys(properties).length === 0 && rest === true) return 'object';
  if (properties === undefined && rest === undefined) return 'Record<string, unknown>';
  return `{\n${printMembers(schema, Object.keys(properties ?? {}), printer)}\n}`;
}

/** The members of an object type: the properties named and the index signature, if there is one. */
export function printMembers(schema: SchemaObject, names: readonly string[], printer: TypePrinter): string {
  const { properties = {}, required = [], additionalProperties: rest } = schema;
  const members = names.map((name) => {
    const part = properties[name] ?? true;
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    const optional = required.includes(name) ? '' : '?';
    return `${printComment(part, printer)}${key}${optional}: ${printType(part, printer)};`;
  });
  if (rest !== undefined && rest !== false)
    members.push(`[key: string]: ${printer.loose.has(schema) ? 'any' : printType(rest, printer)};`);
  return members.join('\n');
}

/** The description as a comment on lines of its own; nothing when there is none. */
export function printComment(schema: JsonSchema, { describe }: TypePrinter): string {
  if (typeof schema === 'boolean' || schema.description === undefined) return '';
  const lines = describe(schema.description)
    .replaceAll('*/', String.raw`*\/`)
    .split('\n');
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`;
}

function printUnion(types: readonly string[]): string {
  return [...new Set(types)].join(' | ');
}

/** A type that something may follow: `(A | B)[]`. */
function printOperand(schema: JsonSchema, printer: TypePrinter): string {
  return parenthesize(printType(schema, printer));
}

function parenthesize(type: string): string {
  return /^(?:\w+|"[^"]*")$/.test(type) ? type : `(${type})`;
}
