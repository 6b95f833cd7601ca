/**
 * Writes dist/embedded/<revision>.json from the official conformance package, whose bundle holds the schemas it tests
 * against as literals. The bundle is parsed and the literals evaluated statically: none of its code runs.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parse } from 'acorn';
import type { AnyNode, Expression, ObjectExpression } from 'acorn';

import { LATEST_REVISION, PINNED_DIGESTS } from '../generator/source/revisions.ts';

const target = fileURLToPath(new URL('../dist/embedded/', import.meta.url));

/** Thrown on an expression that is not plain data; such a literal is not a schema. */
class NotStatic extends Error {}

/** Literal expressions → the JSON value they stand for. */
function evaluate(node: Expression, constants: ReadonlyMap<string, Expression>): unknown {
  switch (node.type) {
    case 'Literal':
      return node.value;
    case 'TemplateLiteral':
      if (node.expressions.length > 0) throw new NotStatic();
      return node.quasis[0]?.value.cooked;
    case 'UnaryExpression':
      return evaluateUnary(node.operator, evaluate(node.argument, constants));
    case 'ArrayExpression':
      return node.elements.map((element) => {
        if (element === null || element.type === 'SpreadElement') throw new NotStatic();
        return evaluate(element, constants);
      });
    case 'ObjectExpression':
      return Object.fromEntries(evaluateProperties(node, constants));
    case 'Identifier': {
      const value = constants.get(node.name);
      if (value === undefined || value.type === 'Identifier') throw new NotStatic();
      return evaluate(value, constants);
    }
    default:
      throw new NotStatic();
  }
}

function evaluateUnary(operator: string, value: unknown): unknown {
  if (operator === '!') return !value;
  if (operator === '-' && typeof value === 'number') return -value;
  throw new NotStatic();
}

function evaluateProperties(
  node: ObjectExpression,
  constants: ReadonlyMap<string, Expression>,
): (readonly [string, unknown])[] {
  return node.properties.map((property) => {
    if (property.type === 'SpreadElement' || property.kind !== 'init' || property.method)
      throw new NotStatic();
    if (property.computed) throw new NotStatic();
    return [propertyName(property.key), evaluate(property.value, constants)] as const;
  });
}

function propertyName(key: AnyNode): string {
  if (key.type === 'Identifier') return key.name;
  if (key.type === 'Literal') return String(key.value);
  throw new NotStatic();
}

/** Every variable of the bundle with its initializer; the bundler may have nested modules in functions. */
function collectConstants(source: string): Map<string, Expression> {
  const constants = new Map<string, Expression>();
  const pending: unknown[] = [parse(source, { ecmaVersion: 'latest', sourceType: 'module' })];
  while (pending.length > 0) {
    const node = pending.pop();
    if (typeof node !== 'object' || node === null) continue;
    const { type, id, init } = node as { type?: string; id?: AnyNode; init?: Expression | null };
    if (type === 'VariableDeclarator' && id?.type === 'Identifier' && init) constants.set(id.name, init);
    for (const value of Object.values(node))
      if (typeof value === 'object' && value !== null) pending.push(value);
  }
  return constants;
}

function asSchema(
  node: Expression,
  constants: ReadonlyMap<string, Expression>,
): Record<string, unknown> | undefined {
  if (node.type !== 'ObjectExpression') return undefined;
  try {
    const value = evaluate(node, constants) as Record<string, unknown>;
    const definitions = value['$defs'] ?? value['definitions'];
    return typeof definitions === 'object' && definitions !== null && 'JSONRPCMessage' in definitions
      ? value
      : undefined;
  } catch (error) {
    if (error instanceof NotStatic) return undefined;
    throw error;
  }
}

/** The bundle has an object from revision to schema; its keys are the only place that says which is which. */
function collectSchemas(constants: ReadonlyMap<string, Expression>): Map<string, Record<string, unknown>> {
  const schemas = new Map<string, Record<string, unknown>>();
  for (const node of constants.values()) {
    if (node.type !== 'ObjectExpression') continue;
    for (const property of node.properties) {
      if (property.type === 'SpreadElement') continue;
      const revision = readKey(property.key, property.computed, constants);
      if (revision === undefined || !Object.hasOwn(PINNED_DIGESTS, revision)) continue;
      const { value } = property;
      const literal = value.type === 'Identifier' ? constants.get(value.name) : value;
      const schema = literal && asSchema(literal, constants);
      if (schema !== undefined) schemas.set(revision, schema);
    }
  }
  return schemas;
}

function readKey(
  key: Expression | AnyNode,
  computed: boolean,
  constants: ReadonlyMap<string, Expression>,
): string | undefined {
  try {
    return computed ? String(evaluate(key as Expression, constants)) : propertyName(key);
  } catch (error) {
    if (error instanceof NotStatic) return undefined;
    throw error;
  }
}

const require = createRequire(import.meta.url);
const manifest = require.resolve('@modelcontextprotocol/conformance/package.json');
const { bin } = require(manifest) as { bin: { conformance: string } };
const bundle = join(dirname(manifest), bin.conformance);
const schemas = collectSchemas(collectConstants(readFileSync(bundle, 'utf8')));
if (!schemas.has(LATEST_REVISION)) {
  throw new Error(`no schema of ${LATEST_REVISION} in ${bundle}: its bundle has changed shape`);
}
mkdirSync(target, { recursive: true });
for (const [revision, schema] of schemas) {
  writeFileSync(`${target}${revision}.json`, `${JSON.stringify(schema, null, 2)}\n`);
}
