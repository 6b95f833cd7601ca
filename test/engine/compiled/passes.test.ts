import { describe, expect, it } from 'vitest';

import { code, define, use } from '../../../engine/compiled/code.ts';
import type { Variable } from '../../../engine/compiled/code.ts';
import { compileUnit } from '../../../engine/compiled/compile-unit.ts';
import { computeMachineLiveness } from '../../../engine/compiled/compute-machine-liveness.ts';
import { emitMachine } from '../../../engine/compiled/emit-machine.ts';
import { collectFileNames } from '../../../engine/compiled/file-names.ts';
import { findMarks } from '../../../engine/compiled/find-marks.ts';
import { findResumableMethods, findResumables } from '../../../engine/compiled/find-resumables.ts';
import { GraphBuilder } from '../../../engine/compiled/flow-graph.ts';
import { functionToCompile } from '../../../engine/compiled/function-to-compile.ts';
import type { FunctionNode } from '../../../engine/compiled/function-node.ts';
import { printGraph } from '../../../engine/compiled/print-graph.ts';
import { resolveBindings } from '../../../engine/compiled/resolve-bindings.ts';
import { ts } from '../../../engine/syntax/ts.ts';

const HEADER = `import { resumable } from 'mrtr/runtime';\n`;

function parse(text: string): ts.SourceFile {
  return ts.createSourceFile('f.ts', HEADER + text, ts.ScriptTarget.Latest, true);
}

function markedFunction(body: string): FunctionNode {
  const source = parse(`const f = resumable(async (ask, n) => { ${body} });`);
  const [marked] = findResumables(source, findMarks(source), 'f.ts');
  const node = marked && functionToCompile(marked.argument);
  if (node === undefined) throw new Error('nothing is marked');
  return node;
}

it('find: units are named after what they belong to', () => {
  const source =
    parse(`const f = resumable(async () => 1); const o = { f: resumable(async () => 2), g: resumable(f) };
    server.registerTool('deploy', {}, resumable(async () => 3)); export default resumable(async () => 4); f(resumable(async () => 5));
    class Service { async run() {} static { resumable(this, 'run', 'gone'); } }`);
  const marks = findMarks(source);
  expect(findResumables(source, marks, 'f.ts').map(({ id }) => id)).toEqual([
    'f.ts#f',
    'f.ts#f~2',
    'f.ts#g',
    'f.ts#deploy',
    'f.ts#anonymous',
    'f.ts#anonymous~2',
  ]);
  expect(
    findResumableMethods(source, marks, 'f.ts').map(({ id, method }) => [id, method !== undefined]),
  ).toEqual([
    ['f.ts#Service.run', true],
    ['f.ts#Service.gone', false],
  ]);
});

describe('resolve', () => {
  /** Each binding as `name` with `*` for a box, `?` for one that may be read too early, and its name in the machine. */
  function bindingsOf(body: string): string[] {
    const node = markedFunction(body);
    const names = collectFileNames(node.getSourceFile(), findMarks(node.getSourceFile()));
    return [...resolveBindings(node, names.all).inScope.values()]
      .flat()
      .map(({ source, name, isBoxed, isReadEarly }) => {
        const renamed = name === source ? '' : `=${name}`;
        return `${source}${isBoxed ? '*' : ''}${isReadEarly ? '?' : ''}${renamed}`;
      });
  }

  it.each([
    ['const a = 1; const f = () => a;', ['ask', 'n', 'a', 'f']],
    ['let a = 1; const f = () => a; a = 2;', ['ask', 'n', 'a*', 'f']],
    ['let a = 1; const f = () => 1; a = 2;', ['ask', 'n', 'a', 'f']],
    ['const f = () => a; let a = 1;', ['ask', 'n', 'f', 'a*?']],
    ['let a; ({ ...a } = n); const f = () => a;', ['ask', 'n', 'a*', 'f']],
    ['for (const x of n) { var v = x; g(() => v); }', ['ask', 'n', 'v*', 'x']],
    ['{ const a = 1; } { const a = 2; }', ['ask', 'n', 'a', 'a=a$1']],
    ['function g() { return g; }', ['ask', 'n', 'g*']],
    ['try {} catch (e) { const n = e; }', ['ask', 'n', 'e', 'n=n$1']],
    ['const f = async () => this;', ['ask', 'n', 'f']],
  ])('%s', (body, expected) => {
    expect(bindingsOf(body)).toEqual(expected);
  });
});

describe('lower', () => {
  /** The graph of the marked function with what is live, behind the block that takes the arguments. */
  function graphOf(body: string): string {
    const node = markedFunction(body);
    const source = node.getSourceFile();
    const { plan } = compileUnit(node, 'f.ts#f', collectFileNames(source, findMarks(source)));
    const blocks = plan[0]?.blocks ?? [];
    return printGraph(blocks, computeMachineLiveness({ blocks, variables: [] }));
  }

  it('spills operands in front of an await, in order', () => {
    expect(graphOf('n(n.a, await ask(1), n.b);')).toMatchInlineSnapshot(`
      "0:
        [ask, n] = $a.args
        $t = n.a
        await $a.call(ask, undefined, [1]) then 1
      1: live $t, n
        $t$1 = $s
        $a.hold(Reflect.apply(n, undefined, [$t, $t$1, n.b]), "n")
        return undefined"
    `);
  });

  it('turns finally into a completion record', () => {
    expect(graphOf('try { return await ask(1); } finally { n(); }')).toMatchInlineSnapshot(`
      "0:
        [ask, n] = $a.args
        goto 4
      1: live n
        $v = $e
        $k = 1
        goto 2
      2: live $k, $v, n
        $a.hold(n(), "n")
        if $k === 1 goto 6 else 7
      3:
        return undefined
      4: live ask, n catch 1
        await $a.call(ask, undefined, [1]) then 5
      5: live n catch 1
        $t = $s
        $t$1 = $t
        $v = $t$1
        $k = 2
        goto 2
      6: live $v
        throw $v
      7: live $k, $v
        if $k === 2 goto 8 else 9
      8: live $v
        return $v
      9:
        goto 3"
    `);
  });

  it('takes the values of a pattern that awaits one by one', () => {
    expect(graphOf('const [a = await ask(1)] = n;')).toMatchInlineSnapshot(`
      "0:
        [ask, n] = $a.args
        $t = n
        $i = $a.iterate($t)
        goto 3
      1: live $i
        $t$3 = $e
        $i?.abandon()
        throw $t$3
      2:
        return undefined
      3: live $i, ask catch 1
        $j = $i
        $i = undefined
        $t$1 = $j !== undefined && $j.next() ? ($i = $j).value : undefined
        if $t$1 === undefined goto 4 else 5
      4: live $i, ask catch 1
        await $a.call(ask, undefined, [1]) then 6
      5: live $i, $t$1 catch 1
        a = $t$1
        goto 7
      6: live $i catch 1
        $t$2 = $s
        $t$1 = $t$2
        goto 5
      7: live $i
        $i?.close()
        goto 2"
    `);
  });

  it('leaves what neither awaits nor jumps as it is', () => {
    expect(graphOf('for (const x of n) { if (x) x(); } await ask(1);')).toMatchInlineSnapshot(`
      "0:
        [ask, n] = $a.args
        for (const x of n) { if (x) $a.hold(x(), "x"); }
        await $a.call(ask, undefined, [1]) then 1
      1:
        $t = $s
        $t
        return undefined"
    `);
  });
});

describe('liveness and emission', () => {
  const variable = (name: string, reload?: Variable['reload']): Variable => ({
    name,
    isBoxed: false,
    ...(reload === undefined ? {} : { reload }),
  });
  const [a, b, c] = [variable('a'), variable('b'), variable('c')];
  const method = variable('m', code`${use(a)}.m`);

  /** `a = 1; b = 2; await 0; try { f(m) } catch { g(c) }` */
  function build(): GraphBuilder {
    const graph = new GraphBuilder();
    const handler = graph.block();
    const to = graph.block();
    graph.emit(code`${define(a)} = 1`);
    graph.emit(code`${define(b)} = 2`);
    graph.end({ kind: 'await', operand: code`0`, to });
    graph.enter(to);
    graph.handler = handler;
    graph.enter(graph.block());
    graph.emit(code`f(${use(method)})`);
    graph.end({ kind: 'return', value: code`1` });
    graph.handler = undefined;
    graph.enter(handler);
    graph.emit(code`g(${use(c)})`);
    graph.end({ kind: 'return', value: code`2` });
    return graph;
  }

  it('needs what handlers read, and what is read to evaluate something again', () => {
    const graph = build();
    const live = computeMachineLiveness({ blocks: graph.blocks, variables: [] });
    expect(printGraph(graph.blocks, live)).toMatchInlineSnapshot(`
      "0: live c, m
        a = 1
        b = 2
        await 0 then 2
      1: live c
        g(c)
        return 2
      2: live a, c, m
        goto 3
      3: live a, c, m catch 1
        f(m)
        return 1"
    `);
  });

  it('carries what is live and evaluates the rest again', () => {
    const graph = build();
    const flow = { blocks: graph.blocks, variables: [a, b, c, method] };
    const registers = { activation: '$a', pc: '$pc', sent: '$s', thrown: '$e', awaited: '$w' };
    const { layouts } = emitMachine(flow, computeMachineLiveness(flow), registers);
    const names = (list: readonly Variable[]): string[] => list.map(({ name }) => name);
    expect(
      [...layouts].map(([label, { carried, reloaded }]) => [label, names(carried), names(reloaded)]),
    ).toEqual([[2, ['a', 'c'], ['m']]]);
  });
});
