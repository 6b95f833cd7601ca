import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { referencedName } from '../model/json-schema.ts';
import type { Definitions, JsonSchema, SchemaObject } from '../model/json-schema.ts';

export interface CompiledChecks {
  /** Function declarations, each of one parameter. */
  readonly functions: readonly string[];
  /** Definition → the name of the function that checks it. */
  readonly checks: ReadonlyMap<string, string>;
}

/** Keywords that say nothing about the value, or (`format`) only when asked to. */
const ANNOTATIONS = new Set([
  '$schema',
  '$comment',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]);
const UNDERSTOOD = new Set([
  '$ref',
  'type',
  'const',
  'enum',
  'format',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'anyOf',
  'allOf',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
]);

const TYPE_TESTS: Readonly<Record<string, string>> = {
  string: 'typeof x === "string"',
  number: '(typeof x === "number" && x - x === 0)',
  integer: 'Number.isInteger(x)',
  boolean: '(x === true || x === false)',
  null: 'x === null',
  array: 'Array.isArray(x)',
  object: '(typeof x === "object" && x !== null && !Array.isArray(x))',
};

/**
 * Definitions → plain functions from a value to a boolean that allocate nothing. What JSON Schema applies only to values
 * of one type (`properties` to objects) is guarded by that type unless `type` already demands it.
 * @throws {DiagnosticError} MRTR5006 on a keyword whose meaning would be lost
 */
export function compileChecks(
  definitions: Definitions,
  { formats, source }: { readonly formats: boolean; readonly source: string },
): CompiledChecks {
  const functions: string[] = [];
  const shared = new Map<string, string>();
  const compiler = { checkOf, formats };

  /** The name of a function for `schema`; equal schemas share one. */
  function checkOf(schema: SchemaObject): string {
    const key = JSON.stringify(schema, (name, value: unknown) =>
      name === 'description' ? undefined : value,
    );
    const known = shared.get(key);
    if (known !== undefined) return known;
    const name = `v${shared.size}`;
    shared.set(key, name);
    functions.push(`function ${name}(x) {\n${compileBody(schema, compiler)}\n}`);
    return name;
  }

  const checks = new Map<string, string>();
  for (const [name, schema] of definitions) {
    assertUnderstood(schema, name, source);
    checks.set(name, `is${name}`);
    functions.push(`function is${name}(x) {\n${compileBody(schema, compiler)}\n}`);
  }
  return { functions, checks };
}

interface Compiler {
  readonly formats: boolean;
  checkOf(schema: SchemaObject): string;
}

function assertUnderstood(schema: JsonSchema, pointer: string, source: string): void {
  if (typeof schema === 'boolean') return;
  for (const [keyword, value] of Object.entries(schema)) {
    const known = UNDERSTOOD.has(keyword) || ANNOTATIONS.has(keyword);
    const comparable = keyword !== 'const' || typeof value !== 'object' || value === null;
    if (!known || !comparable)
      throw new DiagnosticError(diag.schemaKeywordUnsupported(undefined, { keyword, pointer, source }));
  }
  for (const part of Object.values(schema.properties ?? {})) assertUnderstood(part, pointer, source);
  for (const part of [...(schema.anyOf ?? []), ...(schema.allOf ?? [])])
    assertUnderstood(part, pointer, source);
  if (schema.items !== undefined) assertUnderstood(schema.items, `${pointer}/items`, source);
  if (schema.additionalProperties !== undefined)
    assertUnderstood(schema.additionalProperties, `${pointer}/additionalProperties`, source);
}

/** Statements that return whether `x` satisfies the schema. */
function compileBody(schema: SchemaObject, compiler: Compiler): string {
  if (schema.$ref !== undefined) return `return ${compileCheck(schema, 'x', compiler)};`;
  const loops = [compileItemLoop(schema, compiler), compilePropertyLoop(schema, compiler)].filter(
    (loop) => loop !== '',
  );
  const test = compileTest(schema, compiler);
  if (loops.length === 0) return `return ${test};`;
  return [`if (!(${test})) return false;`, ...loops, 'return true;'].join('\n');
}

/** An expression that is true when the value of the expression `value` satisfies `schema`. */
function compileCheck(schema: JsonSchema, value: string, compiler: Compiler): string {
  if (schema === true) return 'true';
  if (schema === false) return 'false';
  if (schema.$ref !== undefined) return `is${referencedName(schema.$ref) ?? ''}(${value})`;
  const isPrimitive = !('properties' in schema || 'items' in schema || 'additionalProperties' in schema);
  if (isPrimitive && !('anyOf' in schema || 'allOf' in schema || 'required' in schema)) {
    const test = compileTest(schema, compiler);
    // The test reads its operand more than once at most for numbers and choices, and reading a property has no effect.
    return test.replaceAll(/\bx\b(?=(?:[^"]*"[^"]*")*[^"]*$)/g, () => value);
  }
  return `${compiler.checkOf(schema)}(${value})`;
}

/** Everything about `x` but the loops over its items and its other properties. */
function compileTest(schema: SchemaObject, compiler: Compiler): string {
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const typeTest = types.map((type) => TYPE_TESTS[type] ?? 'false').join(' || ');
  const hasConstant = schema.const !== undefined || schema.enum !== undefined;
  const when = (type: string, tests: readonly string[]): string[] => {
    if (tests.length === 0) return [];
    if (types.length === 1 && (types[0] === type || (type === 'number' && types[0] === 'integer')))
      return [...tests];
    return [`(!${TYPE_TESTS[type] ?? ''} || (${tests.join(' && ')}))`];
  };
  const tests = [
    ...(hasConstant || typeTest === '' ? [] : [types.length > 1 ? `(${typeTest})` : typeTest]),
    ...(schema.const === undefined ? [] : [`x === ${JSON.stringify(schema.const)}`]),
    ...(schema.enum
      ? [`(${schema.enum.map((value) => `x === ${JSON.stringify(value)}`).join(' || ')})`]
      : []),
    ...when('number', compileRange(schema)),
    ...when('string', compileText(schema, compiler.formats)),
    ...when('array', compileLength(schema)),
    ...when('object', compileProperties(schema, compiler)),
    ...(schema.allOf ?? []).map((part) => compileCheck(part, 'x', compiler)),
    ...(schema.anyOf
      ? [`(${schema.anyOf.map((part) => compileCheck(part, 'x', compiler)).join(' || ')})`]
      : []),
  ];
  return tests.length === 0 ? 'true' : tests.join(' && ');
}

function compileRange({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: SchemaObject): string[] {
  const bounds = [
    ['>=', minimum],
    ['<=', maximum],
    ['>', exclusiveMinimum],
    ['<', exclusiveMaximum],
  ] as const;
  return bounds.flatMap(([operator, bound]) => (bound === undefined ? [] : [`x ${operator} ${bound}`]));
}

function compileLength({ minItems, maxItems }: SchemaObject): string[] {
  return [
    ...(minItems === undefined ? [] : [`x.length >= ${minItems}`]),
    ...(maxItems === undefined ? [] : [`x.length <= ${maxItems}`]),
  ];
}

function compileText({ minLength, maxLength, format }: SchemaObject, formats: boolean): string[] {
  return [
    ...(minLength === undefined ? [] : [`[...x].length >= ${minLength}`]),
    ...(maxLength === undefined ? [] : [`[...x].length <= ${maxLength}`]),
    ...(formats && format !== undefined && format in FORMATS
      ? [`formats[${JSON.stringify(format)}].test(x)`]
      : []),
  ];
}

/** Formats that can be checked with `--formats`: RFC 3986 (absolute URI), RFC 4648 (base64), RFC 6570 (balanced braces). */
export const FORMATS: Readonly<Record<string, string>> = {
  uri: String.raw`/^[a-z][a-z\d+.-]*:[^\s"<>\\^${'`'}{|}]*$/i`,
  byte: String.raw`/^(?:[a-z\d+/]{4})*(?:[a-z\d+/]{2}==|[a-z\d+/]{3}=)?$/i`,
  'uri-template': String.raw`/^(?:[^\s"'<>\\^${'`'}{|}]|\{[+#./;?&=,!@|]?[\w.%]+(?::\d{1,4}|\*)?(?:,[\w.%]+(?::\d{1,4}|\*)?)*\})*$/`,
};

/** Constants first: they tell the branches of a union apart. */
function compileProperties(schema: SchemaObject, compiler: Compiler): string[] {
  const { properties = {}, required = [] } = schema;
  const entries = Object.entries(properties).sort(
    ([, a], [, b]) => Number(hasConst(b)) - Number(hasConst(a)),
  );
  return [
    ...entries.flatMap(([name, part]) => {
      const value = accessProperty(name);
      const check = compileCheck(part, value, compiler);
      if (required.includes(name)) return check === 'true' ? [`${value} !== undefined`] : [check];
      return check === 'true' ? [] : [`(${value} === undefined || ${check})`];
    }),
    ...required
      .filter((name) => !(name in properties))
      .map((name) => `${accessProperty(name)} !== undefined`),
  ];
}

function hasConst(schema: JsonSchema): boolean {
  return typeof schema === 'object' && schema.const !== undefined;
}

function accessProperty(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `x.${name}` : `x[${JSON.stringify(name)}]`;
}

function compileItemLoop({ items, type }: SchemaObject, compiler: Compiler): string {
  const check = items === undefined ? 'true' : compileCheck(items, 'x[i]', compiler);
  if (check === 'true') return '';
  const loop = `for (let i = 0; i < x.length; i++) if (!(${check})) return false;`;
  return type === 'array' ? loop : `if (Array.isArray(x)) ${loop}`;
}

function compilePropertyLoop(schema: SchemaObject, compiler: Compiler): string {
  const { additionalProperties: rest, properties = {}, type } = schema;
  const check = rest === undefined ? 'true' : compileCheck(rest, 'x[k]', compiler);
  if (check === 'true') return '';
  const isOther = Object.keys(properties)
    .map((name) => `k !== ${JSON.stringify(name)} && `)
    .join('');
  const loop = `for (const k in x) if (${isOther}!(${check})) return false;`;
  return type === 'object' ? loop : `if (${TYPE_TESTS['object'] ?? ''}) ${loop}`;
}
