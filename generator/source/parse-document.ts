import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { childSchemas, referencedName } from '../model/json-schema.ts';
import type { Definitions, JsonSchema, SchemaDocument, SchemaObject } from '../model/json-schema.ts';
import { canonicalDigest } from './canonical-digest.ts';

/**
 * The text of a schema file → its definitions.
 * @param name how headers call the schema
 * @param source how messages call it: the path or URL
 * @throws {DiagnosticError} MRTR5002 not JSON; 5003 not an MCP schema; 5004 a cycle of references; 5005 a dangling one
 */
export function parseDocument(text: string, name: string, source: string = name): SchemaDocument {
  const root = parseJson(text, source);
  const definitions = readDefinitions(root, source);
  assertReferencesResolve(definitions, source);
  assertNoReferenceCycle(definitions, source);
  return { name, digest: canonicalDigest(root), definitions };
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = text.trim() === '' ? 'the text is empty' : (error as SyntaxError).message;
    throw new DiagnosticError(diag.schemaNotJson(undefined, { source, reason }));
  }
}

function readDefinitions(root: unknown, source: string): Definitions {
  const notMcp = (reason: string): DiagnosticError =>
    new DiagnosticError(diag.schemaNotMcp(undefined, { source, reason }));
  if (!isRecord(root)) throw notMcp('the document is not an object');
  const found = root['$defs'] ?? root['definitions'];
  if (!isRecord(found)) throw notMcp('it has neither `$defs` nor `definitions`');
  const definitions = new Map<string, SchemaObject>();
  for (const [name, schema] of Object.entries(found)) {
    if (!/^[A-Z_$][\w$]*$/i.test(name)) throw notMcp(`the definition \`${name}\` is not a name of a type`);
    const fault = findMalformed(schema, name);
    if (fault !== undefined) throw notMcp(`${fault} is not a schema`);
    definitions.set(name, schema as SchemaObject);
  }
  for (const expected of ['JSONRPCMessage', 'Request', 'Result'])
    if (!definitions.has(expected)) throw notMcp(`it does not define \`${expected}\``);
  return definitions;
}

/** The shapes the rest of the generator relies on; the value of a keyword it does not read may be anything. */
function findMalformed(schema: unknown, pointer: string): string | undefined {
  if (typeof schema === 'boolean') return pointer.includes('/') ? undefined : pointer;
  if (!isRecord(schema)) return pointer;
  const { properties, required, type, $ref: reference } = schema;
  if (properties !== undefined && !isRecord(properties)) return `${pointer}/properties`;
  if (reference !== undefined && typeof reference !== 'string') return `${pointer}/$ref`;
  if (required !== undefined && !isStringArray(required)) return `${pointer}/required`;
  if (type !== undefined && typeof type !== 'string' && !isStringArray(type)) return `${pointer}/type`;
  for (const keyword of ['anyOf', 'oneOf', 'allOf', 'enum'])
    if (schema[keyword] !== undefined && !Array.isArray(schema[keyword])) return `${pointer}/${keyword}`;
  for (const [path, child] of childSchemas(schema)) {
    const fault = findMalformed(child, `${pointer}/${path}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function assertReferencesResolve(definitions: Definitions, source: string): void {
  const visit = (schema: JsonSchema): void => {
    if (typeof schema === 'boolean') return;
    const reference = schema.$ref;
    if (reference !== undefined && !definitions.has(referencedName(reference) ?? ''))
      throw new DiagnosticError(diag.schemaReferenceMissing(undefined, { source, reference }));
    for (const [, child] of childSchemas(schema)) visit(child);
  };
  for (const schema of definitions.values()) visit(schema);
}

/** A cycle through a property or an item describes nested values; one through references and unions alone nothing. */
function assertNoReferenceCycle(definitions: Definitions, source: string): void {
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    if (done.has(name)) return;
    if (trail.includes(name)) {
      const cycle = [...trail.slice(trail.indexOf(name)), name].join(' → ');
      throw new DiagnosticError(diag.schemaReferenceCycle(undefined, { source, cycle }));
    }
    for (const next of sameValueReferences(definitions.get(name) ?? {})) visit(next, [...trail, name]);
    done.add(name);
  };
  for (const name of definitions.keys()) visit(name, []);
}

/** The definitions that are applied to the very value `schema` is applied to. */
function sameValueReferences(schema: JsonSchema): string[] {
  if (typeof schema === 'boolean') return [];
  const own = schema.$ref === undefined ? [] : [referencedName(schema.$ref) ?? ''];
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [...own, ...branches.flatMap(sameValueReferences)];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
