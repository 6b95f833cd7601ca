import { describe, expect, it } from 'vitest';

import { compile } from '../../../engine/compiled/compile.ts';
import { ts } from '../../../engine/syntax/ts.ts';
import { run } from './run-compiled.ts';
import { Subject } from './subject.ts';

/** Classes in front of a handler, and its body. */
const programs: Record<string, [classes: string, body: string]> = {
  'a method on an object from outside': [
    `class Service { constructor(name) { this.name = name; } async confirm(ask, q) { const a = await ask(this.name + q); return [this.name, a, this instanceof Service]; } static { resumable(this, 'confirm'); } } const service = new Service('s');`,
    `return await service.confirm(ask, 'x');`,
  ],
  'an override that calls super': [
    `class Base { async confirm(ask, q) { return [await ask('base ' + q), this.kind()]; } kind() { return 'base'; } static { resumable(this, 'confirm'); } }
     class Service extends Base { async confirm(ask, q) { const first = await super.confirm(ask, q); const second = await ask(super.kind() + q); return [first, second, super['kind'](), this.kind()]; } kind() { return 'service'; } static { resumable(this, 'confirm'); } } const service = new Service();`,
    `return await service.confirm(ask, 'x');`,
  ],
  'a key of super that has an effect, before an ask': [
    `class Base { kind(q) { return 'base ' + q; } }
     class Service extends Base { async run(ask) { let reads = 0; const key = () => { reads++; return 'kind'; }; const kind = super[key()](await ask('q')); return [kind, reads]; } static { resumable(this, 'run'); } } const service = new Service();`,
    `return await service.run(ask);`,
  ],
  'a service behind another': [
    `class Gate { async approve(ask, q) { const a = await ask('gate ' + q); return [a, this.label()]; } label() { return 'gate'; } static { resumable(this, 'approve'); } }
     class Service { #secret = 7; constructor(gate) { this.gate = gate; } async run(ask) { const gate = this.gate; const a = await this.gate.approve(ask, 'a'); const b = await gate.approve(ask, 'b'); return [a, b, this.#secret]; } static { resumable(this, 'run'); } } const service = new Service(new Gate());`,
    `return await service.run(ask);`,
  ],
  'a service in a private field': [
    `class Gate { async approve(ask, q) { const a = await ask('gate ' + q); return [a, this.label()]; } label() { return 'gate'; } static { resumable(this, 'approve'); } }
     class Service { #gate = new Gate(); async run(ask) { return [await this.#gate.approve(ask, 'a'), this.#gate.label()]; } static { resumable(this, 'run'); } } const service = new Service();`,
    `return await service.run(ask);`,
  ],
  'static methods, closures and arguments': [
    `class Tools { static prefix = 'p'; static async ask(ask) { const more = async (q) => [this.prefix, await ask(q), arguments.length]; return [await more('a'), await more('b')]; } static { resumable(this, 'ask'); } }`,
    `return await Tools.ask(ask, 1, 2);`,
  ],
  'recursion over a list': [
    `class Node { constructor(name, next) { this.name = name; this.next = next; } async visit(ask) { const a = await ask(this.name); return [a, this.next ? await this.next.visit(ask) : this.name]; } static { resumable(this, 'visit'); } } const list = new Node('a', new Node('b', new Node('c')));`,
    `return await list.visit(ask);`,
  ],
  'an object handed to a helper': [
    `class Store { get(key) { return 'stored ' + key; } } const store = new Store(); const helper = resumable(async (ask, given) => { const key = await ask('key'); return given.get(key); });`,
    `return [await helper(ask, store), store.get('x')];`,
  ],
  'an object literal from outside keeps its identity': [
    `const counter = { n: 0, run: resumable(async function (ask) { await ask('a'); return this === counter; }) };`,
    `return await counter.run(ask);`,
  ],
};

const answer = (question: string): string => `to ${question}`;

describe.each(Object.entries(programs))('%s', (_name, [classes, body]) => {
  const source = `${classes} const handler = resumable(async (ask) => { ${body} });`;

  it.each(['one-process', 'fresh-load', 'reformatted'] as const)('in mode %s', async (mode) => {
    const expected = await run(source, 'native', answer);
    const actual = await run(source, mode, answer);
    expect([...actual.log, actual.result]).toEqual([...expected.log, expected.result]);
  });

  it.each([ts.ScriptTarget.ES2017, ts.ScriptTarget.ES2021])(
    'as TypeScript prints it for target %s',
    async (target) => {
      const compilerOptions = { target, module: ts.ModuleKind.ESNext };
      const lowered = ts.transpileModule(source, { compilerOptions }).outputText;
      const expected = await run(source, 'native', answer);
      const actual = await run(new Subject(lowered), 'fresh-load', answer);
      expect([...actual.log, actual.result]).toEqual([...expected.log, expected.result]);
    },
  );
});

const HEADER = `import { resumable } from 'mrtr/runtime';\n`;

it.each([
  [`class A { get ask() { return 1; } static { resumable(this, 'ask'); } }`, 'MRTR1506'],
  [`class A { async #ask() {} static { resumable(this, '#ask'); } }`, 'MRTR1506'],
  [`class A { async ask() { super.x = await 1; } static { resumable(this, 'ask'); } }`, 'MRTR1501'],
  [`class A { async *ask() {} static { resumable(this, 'ask'); } }`, 'MRTR1501'],
])('refuses %s', (text, expected) => {
  const { code, diagnostics } = compile(HEADER + text, { filename: 'case.ts' });
  expect([code, diagnostics.map((one) => one.code)]).toEqual([HEADER + text, [expected]]);
});

it('leaves what it has compiled as it is', () => {
  const text = `${HEADER}class A { async ask(ask) { return await ask(1); } static { resumable(this, 'ask'); } }`;
  const { code, manifest } = compile(text, { filename: 'case.ts' });
  expect(manifest).toEqual(['case.ts#A.ask']);
  expect(compile(code, { filename: 'case.ts' }).code).toBe(code);
});
