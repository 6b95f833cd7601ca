import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { emitTypes } from '../../generator/emit/emit-types.ts';
import { buildModel } from '../../generator/model/build-model.ts';
import { findBases } from '../../generator/model/find-bases.ts';
import type { SchemaObject } from '../../generator/model/json-schema.ts';
import { applyOverlay } from '../../generator/model/overlay.ts';
import { PINNED_DIGESTS } from '../../generator/source/revisions.ts';
import { parseDocument } from '../../generator/source/parse-document.ts';
import { runTsc } from '../harness/run-tsc.ts';
import { readEmbeddedSchema } from './embedded-schemas.ts';

const object = (properties: Record<string, SchemaObject>, ...required: string[]): SchemaObject => ({
  type: 'object',
  properties,
  required,
});
const basesOf = (definitions: Record<string, SchemaObject>, name: string): readonly string[] | undefined =>
  findBases(new Map(Object.entries(definitions))).interfaces.get(name)?.bases;

describe('extends', () => {
  const title: SchemaObject = { type: 'string', description: 'For people.' };
  const size: SchemaObject = { type: 'number' };

  test('what brings documented properties, one base or several', () => {
    const icons: SchemaObject = { type: 'array', description: 'Small pictures.' };
    const definitions = {
      Named: object({ title }),
      Pictured: object({ icons }),
      Both: object({ title, icons, size }),
    };
    expect(basesOf(definitions, 'Both')).toEqual(['Named', 'Pictured']);
  });

  test('the definition itself, its equals and what it is the base of are no bases', () => {
    const definitions = {
      Box: object({ title }),
      SameBox: object({ title }),
      BigBox: object({ title, size }),
    };
    expect(basesOf(definitions, 'Box')).toEqual([]);
    expect(basesOf(definitions, 'SameBox')).toEqual([]);
  });

  test.each<[string, SchemaObject, readonly string[]]>([
    ['narrowed to a constant', object({ title, size: { type: 'number', const: 1 } }, 'title'), ['Base']],
    ['made required', object({ title, size }, 'title', 'size'), ['Base']],
    ['made optional', object({ title, size }), []],
    ['of another type', object({ title, size: { type: 'string' } }, 'title'), []],
    ['absent', object({ title, length: size }, 'title'), []],
  ])('a property %s', (_, derived, expected) => {
    expect(basesOf({ Base: object({ title, size }, 'title'), Derived: derived }, 'Derived')).toEqual(
      expected,
    );
  });

  test('nothing documented is shared: only what is named alike', () => {
    const method: SchemaObject = { type: 'string' };
    const definitions = {
      PlainNotification: object({ method }),
      PlainRequest: object({ method }),
      SentRequest: object({ method, id: size }),
    };
    expect(basesOf(definitions, 'SentRequest')).toEqual(['PlainRequest']);
  });

  test('recursive types end', () => {
    const tree = (name: string, properties: Record<string, SchemaObject> = {}): SchemaObject =>
      object({ title, child: { $ref: `#/$defs/${name}` }, ...properties });
    const definitions = { Tree: tree('Tree'), SizedTree: tree('SizedTree', { size }) };
    expect(basesOf(definitions, 'SizedTree')).toEqual(['Tree']);
    expect(
      basesOf({ ...definitions, Tree: tree('Leaf'), Leaf: object({ size }, 'size') }, 'SizedTree'),
    ).toEqual([]);
  });

  test.each<[string, SchemaObject]>([
    ['a reference', { $ref: '#/$defs/Details' }],
    ['a union of references', { anyOf: [{ $ref: '#/$defs/Details' }, { $ref: '#/$defs/OtherDetails' }] }],
  ])('an index signature narrowed to %s is one of any', (_, narrow) => {
    const rest: SchemaObject = { type: 'object', additionalProperties: {} };
    const definitions = new Map(
      Object.entries({
        Details: object({ size }),
        OtherDetails: object({ size, title }),
        Base: object({ title, details: rest, other: rest }),
        Derived: object({ title, details: narrow, other: rest }),
      }),
    );
    const { interfaces, narrowed } = findBases(definitions);
    expect(interfaces.get('Derived')).toEqual({ bases: ['Base'], own: ['details'] });
    expect([...narrowed]).toEqual([definitions.get('Base')?.properties?.['details']]);
  });

  test('in 2026-07-28', () => {
    const definitions = applyOverlay(buildModel(readEmbeddedSchema('2026-07-28')), 'types');
    const { interfaces } = findBases(definitions);
    const bases = (name: string): readonly string[] | undefined => interfaces.get(name)?.bases;
    expect(bases('CallToolRequest')).toEqual(['JSONRPCRequest']);
    expect(bases('JSONRPCRequest')).toEqual(['Request']);
    expect(bases('ListToolsResult')).toEqual(['CacheableResult', 'PaginatedResult']);
    expect(bases('CallToolResultResponse')).toEqual(['JSONRPCResultResponse']);
    expect(bases('Tool')).toEqual(['BaseMetadata', 'Icons']);
    expect([...interfaces.values()].filter((one) => one.bases.length > 0).length).toBeGreaterThan(70);
  });
});

const specification = process.env['MRTR_SPEC_DIR'] ?? '';
const isOracleThere = existsSync(join(specification, '2026-07-28/schema.ts'));

/** Mutually assignable, with the same keys, of which the same are optional. */
const SAME = `
type Keys<T> = T extends unknown ? keyof T : never;
type Optional<T> = T extends unknown ? { [K in keyof T]-?: {} extends Pick<T, K> ? K : never }[keyof T] : never;
type Mutual<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Same<A, B> = [Mutual<A, B>, Mutual<Keys<A>, Keys<B>>, Mutual<Optional<A>, Optional<B>>];
`;

test.skipIf(!isOracleThere).each(Object.keys(PINNED_DIGESTS))(
  'every type of %s is the one in the specification',
  async (revision) => {
    const directory = await mkdtemp(join(tmpdir(), 'mrtr-types-'));
    const source = join(specification, revision);
    const document = parseDocument(readFileSync(join(source, 'schema.json'), 'utf8'), revision);
    await copyFile(join(source, 'schema.ts'), join(directory, 'specified.ts'));
    await writeFile(join(directory, 'generated.ts'), emitTypes(buildModel(document)).join('\n'));
    const declarations = readFileSync(join(source, 'schema.ts'), 'utf8');
    const names = [...declarations.matchAll(/^export (?:interface|type) (\w+)/gm)].map(
      (match) => match[1] ?? '',
    );
    const claims = [...new Set(names)].map(
      (name) => `export const same${name}: Same<A.${name}, B.${name}> = [true, true, true];`,
    );
    const imports = "import type * as A from './specified.js';\nimport type * as B from './generated.js';";
    await writeFile(join(directory, 'same.ts'), [imports, SAME, ...claims].join('\n'));
    const errors = runTsc('typescript5', directory, ['same.ts']);
    await rm(directory, { recursive: true });
    expect(errors).toBe('');
    expect(claims.length).toBeGreaterThan(70);
  },
);
