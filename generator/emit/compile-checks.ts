import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { childSchemas, dereference, referencedName } from '../model/json-schema.ts';
import type { Definitions, JsonSchema, SchemaObject } from '../model/json-schema.ts';
import { IS_OBJECT, accessProperty, compileTest, isInlined } from './compile-test.ts';
import type { TestContext } from './compile-test.ts';
import { planUnion } from './plan-union.ts';
import type { UnionPlan } from './plan-union.ts';

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
  const context: Context = { formats, definitions, compileCheck, compileBranch };

  function compileCheck(schema: JsonSchema, value: string): string {
    if (schema === true) return 'true';
    if (schema === false) return 'false';
    if (schema.$ref !== undefined) return `is${referencedName(schema.$ref) ?? ''}(${value})`;
    if (isInlined(schema)) return compileTest(schema, value, context);
    return `${nameOf(schema)}(${value})`;
  }

  function compileBranch(branch: JsonSchema, tag: string): string {
    const rest = withoutTag(dereference(branch, definitions), tag);
    return rest === undefined ? compileCheck(branch, 'x') : `${nameOf(rest, true)}(x)`;
  }

  /** The name of a function for `schema`; equal schemas share one. */
  function nameOf(schema: SchemaObject, isObject = false): string {
    const text = JSON.stringify(schema, (keyword, value: unknown) =>
      keyword === 'description' && typeof value === 'string' ? undefined : value,
    );
    const key = `${isObject} ${text}`;
    const known = shared.get(key);
    if (known !== undefined) return known;
    const name = `v${shared.size}`;
    shared.set(key, name);
    functions.push(`function ${name}(x) {\n${compileBody(schema, context, isObject)}\n}`);
    return name;
  }

  const checks = new Map<string, string>();
  for (const [name, schema] of definitions) {
    assertUnderstood(schema, name, source);
    checks.set(name, `is${name}`);
    functions.push(`function is${name}(x) {\n${compileBody(schema, context)}\n}`);
  }
  return { functions, checks };
}

interface Context extends TestContext {
  readonly definitions: Definitions;
  /** The check of a branch of a union where `x` is known to be an object, and its `tag` to be the branch's. */
  readonly compileBranch: (branch: JsonSchema, tag: string) => string;
}

/** What is left to check of a branch; undefined when it is not just an object with properties. */
function withoutTag(schema: SchemaObject, tag: string): SchemaObject | undefined {
  const { type, properties = {}, required = [], additionalProperties } = schema;
  if (type !== 'object' || additionalProperties !== undefined) return undefined;
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => name !== tag)),
    required: required.filter((name) => name !== tag),
  };
}

function assertUnderstood(schema: JsonSchema, pointer: string, source: string): void {
  if (typeof schema === 'boolean') return;
  for (const [keyword, value] of Object.entries(schema)) {
    const known = UNDERSTOOD.has(keyword) || ANNOTATIONS.has(keyword);
    const comparable = keyword !== 'const' || typeof value !== 'object' || value === null;
    if (!known || !comparable)
      throw new DiagnosticError(diag.schemaKeywordUnsupported(undefined, { keyword, pointer, source }));
  }
  for (const [path, child] of childSchemas(schema)) assertUnderstood(child, `${pointer}/${path}`, source);
}

/** Statements that return whether `x`, which may already be known to be an object, satisfies the schema. */
function compileBody(schema: SchemaObject, context: Context, isObject = false): string {
  if (schema.$ref !== undefined) return `return ${context.compileCheck(schema, 'x')};`;
  const constraints = Object.keys(schema).filter((keyword) => UNDERSTOOD.has(keyword));
  if (schema.anyOf && constraints.length === 1)
    return compileUnion(planUnion(schema.anyOf, context.definitions), context);
  const loops = [compileItemLoop(schema, context), compilePropertyLoop(schema, context)].filter(
    (loop) => loop !== '',
  );
  const test = compileTest(schema, 'x', context, isObject);
  // What `compileTest` binds a property to that it reads more than once.
  const binding = /\(y = /.test(test) ? ['let y;'] : [];
  if (loops.length === 0) return [...binding, `return ${test};`].join('\n');
  return [...binding, `if (!(${test})) return false;`, ...loops, 'return true;'].join('\n');
}

/** Statements that return whether the union accepts `x`. */
function compileUnion(plan: UnionPlan, context: Context): string {
  if (plan.kind === 'any') return compileBranches(plan.branches, context);
  const others = compileBranches(plan.kind === 'tag' ? plan.others : [], context);
  return `if (!${IS_OBJECT}) ${others}\n${compileObjectUnion(plan, context)}`;
}

/** The same where `x` is known to be an object, whose `tag`, if one is given, has told the branches apart. */
function compileObjectUnion(plan: UnionPlan, context: Context, tag?: string): string {
  if (plan.kind === 'any') return compileBranches(plan.branches, context, tag);
  const property = accessProperty('x', plan.property);
  if (plan.kind === 'presence') {
    const present = compileObjectUnion(plan.present, context);
    return `if (${property} !== undefined) {\n${present}\n}\n${compileObjectUnion(plan.absent, context)}`;
  }
  const cases = [...plan.byConstant].map(([constant, part]) => {
    const statements = compileObjectUnion(part, context, plan.property);
    return `case ${JSON.stringify(constant)}: {\n${statements}\n}`;
  });
  const absent = compileObjectUnion(plan.absent, context, plan.property);
  return `switch (${property}) {\n${cases.join('\n')}\ncase undefined: ${absent}\ndefault: return false;\n}`;
}

function compileBranches(branches: readonly JsonSchema[], context: Context, tag?: string): string {
  const checks = branches.map((branch) =>
    tag === undefined ? context.compileCheck(branch, 'x') : context.compileBranch(branch, tag),
  );
  return `return ${checks.length === 0 ? 'false' : checks.join(' || ')};`;
}

function compileItemLoop({ items, type }: SchemaObject, { compileCheck }: Context): string {
  const check = items === undefined ? 'true' : compileCheck(items, 'x[i]');
  if (check === 'true') return '';
  const loop = `for (let i = 0; i < x.length; i++) if (!(${check})) return false;`;
  return type === 'array' ? loop : `if (Array.isArray(x)) ${loop}`;
}

function compilePropertyLoop(schema: SchemaObject, { compileCheck }: Context): string {
  const { additionalProperties: rest, properties = {}, type } = schema;
  const check = rest === undefined ? 'true' : compileCheck(rest, 'x[k]');
  if (check === 'true') return '';
  const isOther = Object.keys(properties)
    .map((name) => `k !== ${JSON.stringify(name)} && `)
    .join('');
  const loop = `for (const k in x) if (${isOther}!(${check})) return false;`;
  return type === 'object' ? loop : `if ${IS_OBJECT} ${loop}`;
}
