import type { JsonSchema, SchemaObject } from '../model/json-schema.ts';

export interface TestContext {
  /** Whether `format` is checked. */
  readonly formats: boolean;
  /** An expression that is true when the value of the expression `value` satisfies `schema`. */
  readonly compileCheck: (schema: JsonSchema, value: string) => string;
}

export const IS_OBJECT = '(typeof x === "object" && x !== null && !Array.isArray(x))';

const TYPE_TESTS: Readonly<Record<string, (value: string) => string>> = {
  string: (value) => `typeof ${value} === "string"`,
  // JSON has no NaN and no infinity.
  number: (value) => `Number.isFinite(${value})`,
  integer: (value) => `Number.isInteger(${value})`,
  boolean: (value) => `typeof ${value} === "boolean"`,
  null: (value) => `${value} === null`,
  array: (value) => `Array.isArray(${value})`,
  object: (value) => IS_OBJECT.replaceAll(/\bx\b/g, () => value),
};

function typeTest(type: string, value: string): string {
  return TYPE_TESTS[type]?.(value) ?? 'false';
}

/** Whether the test of a schema is so small that it needs no function of its own. */
export function isInlined(schema: SchemaObject): boolean {
  const nested = ['properties', 'items', 'additionalProperties', 'anyOf', 'allOf', 'required'];
  return !nested.some((keyword) => keyword in schema);
}

/**
 * An expression that is true when `value` satisfies everything in `schema` but `items` and `additionalProperties`.
 * @param isObject whether that is already known
 */
export function compileTest(
  schema: SchemaObject,
  value: string,
  context: TestContext,
  isObject = false,
): string {
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const hasConstant = schema.const !== undefined || schema.enum !== undefined;
  const when = (type: string, tests: readonly string[]): string[] => {
    if (tests.length === 0) return [];
    if (types.length === 1 && (types[0] === type || (type === 'number' && types[0] === 'integer')))
      return [...tests];
    return [`(!${typeTest(type, value)} || (${tests.join(' && ')}))`];
  };
  const tests = [
    ...(hasConstant || types.length === 0 || isObject
      ? []
      : [anyOf(types.map((type) => typeTest(type, value)))]),
    ...(schema.const === undefined ? [] : [`${value} === ${JSON.stringify(schema.const)}`]),
    ...(schema.enum ? [anyOf(schema.enum.map((choice) => `${value} === ${JSON.stringify(choice)}`))] : []),
    ...when('number', compileRange(schema, value)),
    ...when('string', compileText(schema, value, context.formats)),
    ...when('array', compileLength(schema, value)),
    ...when('object', compileProperties(schema, context)),
    ...(schema.allOf ?? []).map((part) => context.compileCheck(part, value)),
    ...(schema.anyOf ? [anyOf(schema.anyOf.map((part) => context.compileCheck(part, value)))] : []),
  ];
  return tests.length === 0 ? 'true' : tests.join(' && ');
}

function anyOf(tests: readonly string[]): string {
  return tests.length === 1 ? (tests[0] ?? '') : `(${tests.join(' || ')})`;
}

function compileRange(
  { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: SchemaObject,
  value: string,
): string[] {
  const bounds = [
    ['>=', minimum],
    ['<=', maximum],
    ['>', exclusiveMinimum],
    ['<', exclusiveMaximum],
  ] as const;
  return bounds.flatMap(([operator, bound]) =>
    bound === undefined ? [] : [`${value} ${operator} ${bound}`],
  );
}

function compileLength({ minItems, maxItems }: SchemaObject, value: string): string[] {
  return [
    ...(minItems === undefined ? [] : [`${value}.length >= ${minItems}`]),
    ...(maxItems === undefined ? [] : [`${value}.length <= ${maxItems}`]),
  ];
}

function compileText(
  { minLength, maxLength, format }: SchemaObject,
  value: string,
  formats: boolean,
): string[] {
  return [
    ...(minLength === undefined ? [] : [`[...${value}].length >= ${minLength}`]),
    ...(maxLength === undefined ? [] : [`[...${value}].length <= ${maxLength}`]),
    ...(formats && format !== undefined && format in FORMATS
      ? [`formats[${JSON.stringify(format)}].test(${value})`]
      : []),
  ];
}

/**
 * Formats that can be checked with `--formats`: RFC 3986 (absolute URI), RFC 4648 (base64), RFC 6570 (balanced braces),
 * and of forms RFC 5321 (dot-string addresses) and RFC 3339.
 */
export const FORMATS: Readonly<Record<string, string>> = {
  uri: String.raw`/^[a-z][a-z\d+.-]*:[^\s"<>\\^${'`'}{|}]*$/i`,
  email: String.raw`/^[\w!#$%&'*+/=?^${'`'}{|}~-]+(?:\.[\w!#$%&'*+/=?^${'`'}{|}~-]+)*@[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*$/i`,
  date: String.raw`/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/`,
  'date-time': String.raw`/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])t(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i`,
  byte: String.raw`/^(?:[a-z\d+/]{4})*(?:[a-z\d+/]{2}==|[a-z\d+/]{3}=)?$/i`,
  'uri-template': String.raw`/^(?:[^\s"'<>\\^${'`'}{|}]|\{[+#./;?&=,!@|]?[\w.%]+(?::\d{1,4}|\*)?(?:,[\w.%]+(?::\d{1,4}|\*)?)*\})*$/`,
};

/**
 * The tests of the properties of `x`. Constants first: they tell the branches of a union apart. A property that is read
 * more than once is bound to `y`: inputs come in many shapes, so that an engine would look each read up again.
 */
function compileProperties(schema: SchemaObject, { compileCheck }: TestContext): string[] {
  const { properties = {}, required = [] } = schema;
  const entries = Object.entries(properties).sort(
    ([, a], [, b]) => Number(hasConst(b)) - Number(hasConst(a)),
  );
  return [
    ...entries.flatMap(([name, part]) => {
      const property = accessProperty('x', name);
      const check = compileCheck(part, 'y');
      const isRequired = required.includes(name);
      if (check === 'true') return isRequired ? [`${property} !== undefined`] : [];
      if (check === 'false') return [isRequired ? 'false' : `${property} === undefined`];
      if (!isRequired) return [`((y = ${property}) === undefined || ${check})`];
      return countReads(check) > 1 ? [`((y = ${property}), ${check})`] : [compileCheck(part, property)];
    }),
    ...required
      .filter((name) => !(name in properties))
      .map((name) => `${accessProperty('x', name)} !== undefined`),
  ];
}

function countReads(check: string): number {
  return check.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').match(/\by\b/g)?.length ?? 0;
}

function hasConst(schema: JsonSchema): boolean {
  return typeof schema === 'object' && schema.const !== undefined;
}

export function accessProperty(object: string, name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `${object}.${name}` : `${object}[${JSON.stringify(name)}]`;
}
