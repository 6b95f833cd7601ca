import { describe, expect, test } from 'vitest';

import { classifySerializability } from '../../../engine/analyze/classify-serializability.ts';
import { isMutationThrough } from '../../../engine/analyze/find-mutations.ts';
import { isRepeatable } from '../../../engine/analyze/infer-effects.ts';
import { canComplete } from '../../../engine/plan/can-complete.ts';
import { ts } from '../../../engine/syntax/ts.ts';
import { checkText, nodesOf, variable } from '../../harness/program.ts';

describe('isRepeatable', () => {
  const repeatable = [
    '1',
    '`a ${stable.length} b`',
    'stable.trim().toUpperCase()',
    'stable ? [stable, ...list] : { stable, a: LIMIT, [stable]: 1 }',
    'JSON.stringify({ list })',
    'Math.max(1, stable.length)',
    'String(stable.length)',
    'list.map((item) => item + stable)',
    'typeof stable === "string" && !list.includes(stable)',
    'stable as unknown',
    'TABLE.a',
    'service',
    'service.inner',
    '[service, known]',
    'list.filter((item) => { const short = item.trim(); return short !== stable; })',
    'list.map(String)',
    'list.every((item) => isShort(item) && PATTERN.test(item))',
    'list.filter(isShort)',
    'list.reduce<Record<string, number>>((all, item) => { all[item] = item.length; return all; }, {})',
    'list.map((item) => new Date(item).getTime())',
    'JSON.stringify(list, (key, value) => key === stable ? undefined : value)',
  ];
  const not = [
    'service.count',
    'service.inner.count > 1',
    'service["count"]',
    'known.length',
    'known[0]',
    'known.join()',
    'Object.keys(held)',
    'list.concat(known)',
    'list.filter((item) => count(item))',
    'list.filter(count)',
    'list.filter((item) => item.length > seen)',
    'list.filter((item) => own(item) === stable)',
    'list.map((item) => { seen += 1; return item; })',
    'list.map(() => Date.now())',
    'list.map(() => new Date())',
    'list.map(async (item) => item)',
    'list.filter((item) => STICKY.test(item))',
    'JSON.stringify({ toJSON: () => count(stable) })',
    'list.map((item) => ({ item, later: () => count(item) }))',

    'changing',
    'Date.now()',
    'new Date()',
    'Math.random()',
    'list.push(stable)',
    'own(stable)',
    'process.env["HOME"]',
    '(changing = stable)',
    'list.map((item) => item + changing)',
    'FILLED.a',
    'this',
  ];
  const all = [...repeatable, ...not];
  const { file, checker } = checkText(`
declare function own(value: string): string;
const LIMIT = 3;
const PATTERN = /a/;
class Service {
  count = 0;
  readonly inner = new Service();
  run(): void {}
}
export const known: string[] = [];
known.push(own(''));
const held = { a: own('') };
const STICKY = /a/g;
let seen = 0;
function count(item: string): boolean {
  seen += 1;
  return item !== '';
}
function isShort(item: string): boolean {
  if (item === '') return true;
  return item.length < LIMIT;
}
const TABLE = { a: 1 };
const FILLED = { a: 1 };
FILLED.a = 2;
export function run(this: unknown, stable: string, list: string[], changing: string, service: Service) {
${all.map((expression, index) => `const r${index} = ${expression};`).join('\n')}
}`);
  const isStable = ({ name }: ts.Symbol): boolean =>
    ['stable', 'list', 'service', 'known', 'held'].includes(name);

  test.each(all.map((expression, index) => [expression, repeatable.includes(expression), index] as const))(
    '%s: %s',
    (_, expected, index) => {
      const { initializer } = variable(file, `r${index}`);
      if (initializer === undefined) throw new Error('no initializer');
      expect(isRepeatable(initializer, isStable, checker)).toBe(expected);
    },
  );
});

describe('isMutationThrough', () => {
  const changing = [
    'x.a = 1;',
    'x.list[0]++;',
    'delete x.b;',
    'x.list.push(1);',
    'x!.a += 1;',
    '(x as { a: number }).a = 1;',
    '(x).a = 1;',
    '[x.a] = [1];',
    'for (x.a of [1]);',
  ];
  const reading = [
    'x.a;',
    'x = other;',
    'x.list.map(String);',
    'x.list.join();',
    'other.list[x.a] = 1;',
    'take(x);',
  ];
  const all = [...changing, ...reading];
  const { file, checker } = checkText(`
interface Data { a: number; b?: number; list: number[] }
declare function take(data: Data): void;
${all.map((statement, index) => `export function case${index}(x: Data, other: Data) { ${statement} }`).join('\n')}`);
  const functions = nodesOf(file, ts.isFunctionDeclaration).filter(({ body }) => body !== undefined);

  test.each(all.map((statement, index) => [statement, changing.includes(statement), index] as const))(
    '%s: %s',
    (_, expected, index) => {
      const body = functions[index]?.body;
      if (body === undefined) throw new Error('no body');
      const uses = nodesOf(body, ts.isIdentifier).filter(({ text }) => text === 'x');
      expect(uses.map((use) => isMutationThrough(use, checker))).toEqual([expected]);
    },
  );
});

describe('classifySerializability', () => {
  const types: readonly (readonly [type: string, verdict: string, path?: string])[] = [
    ['string | undefined', 'yes'],
    ['{ a: number; b: Date[] }', 'yes'],
    ['Map<string, Set<bigint>>', 'yes'],
    ['readonly [string, URL]', 'yes'],
    ['Tree', 'yes'],
    ['Error', 'yes'],
    ['Uint8Array', 'yes'],
    ['any', 'unknown', ''],
    ['{ a: unknown }', 'unknown', '.a'],
    ['() => void', 'no', ''],
    ['{ a: { run(): void } }', 'no', '.a.run'],
    ['Promise<string>', 'no', ''],
    ['Own', 'no', ''],
    ['Own[]', 'no', '[]'],
    ['WeakMap<object, string>', 'no', ''],
    ['symbol', 'no', ''],
  ];
  const { file, checker } = checkText(`
interface Tree { value: string; children: Tree[] }
class Own { value = 1 }
${types.map(([type], index) => `export declare const v${index}: ${type};`).join('\n')}`);

  test.each(types.map((each, index) => [...each, index]))('%s: %s', (...row) => {
    const index = Number(row.at(-1));
    const [, verdict, path] = types[index] ?? [];
    const at = variable(file, `v${index}`);
    const found = classifySerializability(checker.getTypeAtLocation(at), at, checker);
    expect(found).toMatchObject(path === undefined ? { verdict } : { verdict, path });
  });
});

describe('canComplete', () => {
  test.each([
    ['return;', false],
    ['throw 1;', false],
    ['{ f(); return; }', false],
    ['if (c) return; else throw 1;', false],
    ['if (c) return;', true],
    ['if (c) { return; } else { f(); }', true],
    ['f();', true],
    ['for (;;) f();', true],
  ])('%s: %s', (text, expected) => {
    const file = ts.createSourceFile('a.ts', `function g() { ${text} }`, ts.ScriptTarget.ES2023, true);
    const [statement] = nodesOf(file, ts.isFunctionDeclaration)[0]?.body?.statements ?? [];
    if (statement === undefined) throw new Error('no statement');
    expect(canComplete(statement)).toBe(expected);
  });
});
