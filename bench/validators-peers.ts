/** What `npm run bench:validators` compares: everything but the zod schemas is compiled from the same corrected schema. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';

import { validator as compileSchemasafe } from '@exodus/schemasafe';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Compile as compileTypebox } from 'typebox/schema';
import type { ZodObject, ZodType } from 'zod';

import { planUnion } from '../generator/emit/plan-union.ts';
import type { UnionPlan } from '../generator/emit/plan-union.ts';
import type { SchemaModel } from '../generator/model/build-model.ts';
import type { Definitions, JsonSchema } from '../generator/model/json-schema.ts';
import { loadValidators } from '../test/generator/load-validators.ts';

export type Check = (value: unknown) => boolean;
export type Checks = Readonly<Record<string, Check>>;

/** Every contender with a check for each of `names`. */
export async function loadContenders(
  model: SchemaModel,
  definitions: Definitions,
  names: readonly string[],
): Promise<Readonly<Record<string, Checks>>> {
  const perName = (compile: (name: string) => Check): Checks =>
    Object.fromEntries(names.map((name) => [name, compile(name)]));
  const tagged = new Map([...definitions].map(([name, schema]) => [name, markTags(schema, definitions)]));
  const schema = (name: string): object => ({
    $ref: `#/$defs/${name}`,
    $defs: Object.fromEntries(definitions),
  });
  return {
    mrtr: (await loadValidators(model)).is,
    'ajv standalone': await loadAjvStandalone(definitions, names, false),
    'ajv discriminator': await loadAjvStandalone(tagged, names, true),
    schemasafe: perName((name) => {
      const options = { mode: 'spec', formats: PERMISSIVE_FORMATS } as const;
      return compileSchemasafe(schema(name), options) as Check;
    }),
    typebox: perName((name) => {
      const compiled = compileTypebox(schema(name));
      if (!compiled.IsAccelerated()) throw new Error('typebox interprets');
      return (value) => compiled.Check(value);
    }),
    'SDK zod': await loadZod(),
  };
}

/** What ajv writes with `ajv/dist/standalone`: nothing is compiled at run time. */
async function loadAjvStandalone(
  definitions: Definitions,
  names: readonly string[],
  discriminator: boolean,
): Promise<Checks> {
  const { default: standaloneCode } = (await import('ajv/dist/standalone/index.js')).default as unknown as {
    default: (ajv: Ajv2020, names: Record<string, string>) => string;
  };
  const ajv = new Ajv2020({ strict: false, validateFormats: false, code: { source: true }, discriminator });
  ajv.addSchema({ $id: 'mcp', $defs: Object.fromEntries(definitions) });
  const source = standaloneCode(ajv, Object.fromEntries(names.map((name) => [name, `mcp#/$defs/${name}`])));
  const module = { exports: {} as Record<string, Check> };
  // ajv writes CommonJS that requires its own small run-time library.
  const require = createRequire(import.meta.url);
  compileFunction(source, ['module', 'exports', 'require'])(module, module.exports, require);
  return module.exports;
}

const PERMISSIVE_FORMATS = Object.fromEntries(
  ['uri', 'byte', 'uri-template'].map((name) => [name, () => true]),
);

/**
 * A union told apart by a required constant as `oneOf` with OpenAPI's `discriminator`, which ajv dispatches on; one with
 * a default branch as if/then/else.
 */
function markTags<T extends JsonSchema>(schema: T, definitions: Definitions): T {
  if (typeof schema === 'boolean') return schema;
  const marked = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, markNested(keyword, value, definitions)]),
  ) as Record<string, unknown>;
  if (schema.anyOf === undefined || schema.type !== undefined) return marked as T;
  const plan = planUnion(schema.anyOf, definitions);
  if (plan.kind !== 'tag' || plan.others.length > 0 || plan.absent.kind !== 'any') return marked as T;
  const { anyOf: branches, ...rest } = marked as { anyOf: readonly JsonSchema[] };
  if (plan.absent.branches.length === 0 && [...plan.byConstant.values()].every(isSingle))
    return {
      ...rest,
      type: 'object',
      required: [plan.property],
      discriminator: { propertyName: plan.property },
      oneOf: branches,
    } as unknown as T;
  if (branches.length !== 2 || plan.byConstant.size !== 2) return marked as T;
  const { branches: untagged } = plan.absent;
  const isThen = (part: UnionPlan): boolean => isSingle(part) && !untagged.includes(onlyBranch(part));
  const [constant, part] = [...plan.byConstant].find((entry) => isThen(entry[1])) ?? [];
  const index = part === undefined ? -1 : schema.anyOf.indexOf(onlyBranch(part));
  if (index < 0) return marked as T;
  const condition = { required: [plan.property], properties: { [plan.property]: { const: constant } } };
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  return { ...rest, if: condition, then: branches[index], else: branches[1 - index] } as unknown as T;
}

function isSingle(plan: UnionPlan): boolean {
  return plan.kind === 'any' && plan.branches.length === 1;
}

function onlyBranch(plan: UnionPlan): JsonSchema {
  return plan.kind === 'any' ? (plan.branches[0] ?? false) : false;
}

function markNested(keyword: string, value: unknown, definitions: Definitions): unknown {
  const mark = (part: unknown): unknown => markTags(part as JsonSchema, definitions);
  if (keyword === 'properties')
    return Object.fromEntries(Object.entries(value as object).map(([name, part]) => [name, mark(part)]));
  if (keyword === 'anyOf' || keyword === 'allOf') return (value as readonly unknown[]).map(mark);
  return keyword === 'items' || keyword === 'additionalProperties' ? mark(value) : value;
}

/**
 * The SDK's own schemas of 2026-07-28. It validates with them but does not export them, so a copy of its bundle that
 * does is put in dist/, from where it still finds what it imports.
 */
async function loadZod(): Promise<Checks> {
  const dist = fileURLToPath(new URL('.', import.meta.resolve('@modelcontextprotocol/server')));
  const name = readdirSync(dist).find((file) => /^src-.*\.mjs$/.test(file)) ?? '';
  const source = readFileSync(join(dist, name), 'utf8').replaceAll(
    /from "(\.[^"]+)"/g,
    (_, path: string) => `from ${JSON.stringify(pathToFileURL(join(dist, path)).href)}`,
  );
  const copy = new URL('../dist/bench/sdk-schemas.mjs', import.meta.url);
  mkdirSync(new URL('.', copy), { recursive: true });
  writeFileSync(copy, `${source}\nexport { buildSchemas2026, JSONRPCMessageSchema };`);
  const { buildSchemas2026, JSONRPCMessageSchema } = (await import(copy.href)) as {
    buildSchemas2026: () => Record<string, ZodType>;
    JSONRPCMessageSchema: ZodType;
  };
  const { CallToolResultSchema, InputRequiredResultSchema, CallToolResultResponseSchema } =
    buildSchemas2026();
  const schemas = {
    CallToolResult: CallToolResultSchema,
    InputRequiredResult: InputRequiredResultSchema,
    CallToolResponse: (CallToolResultResponseSchema as ZodObject).shape['result'] as ZodType,
    JSONRPCMessage: JSONRPCMessageSchema,
  };
  return Object.fromEntries(
    Object.entries(schemas).map(([type, schema]) => [
      type,
      (value) => schema?.safeParse(value).success ?? false,
    ]),
  );
}
