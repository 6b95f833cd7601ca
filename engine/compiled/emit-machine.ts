import type { ts } from '../syntax/ts.ts';
import { code, define, joinCode, use } from './code.ts';
import type { Code, Variable } from './code.ts';
import { successorsOf } from './flow-graph.ts';
import type { BasicBlock, BlockId, FlowGraph, Terminal } from './flow-graph.ts';

/** The names that compiled code uses for itself, chosen so that they meet no name of the user. */
export interface Registers {
  readonly activation: string;
  readonly pc: string;
  readonly sent: string;
  readonly thrown: string;
  readonly awaited: string;
}

export interface EmittedMachine {
  readonly run: Code;
  /** What a frame holds per resume label. */
  readonly layouts: ReadonlyMap<BlockId, FrameLayout>;
}

/** What a function that waits at one suspension point needs when it goes on. */
export interface FrameLayout {
  readonly carried: readonly Variable[];
  /** Evaluated again instead of carried. */
  readonly reloaded: readonly Variable[];
  /** The suspension point; absent where returned promises are awaited. */
  readonly node: ts.AwaitExpression | undefined;
}

/**
 * Prints a graph as a function that runs from its beginning or from any resume label.
 * Exceptions go through one native `catch` to the handler of the block they came from, so that `try` costs nothing
 * while nothing is thrown and a suspension never runs a `finally`.
 */
export function emitMachine(
  graph: FlowGraph,
  liveIn: ReadonlyMap<BlockId, ReadonlySet<Variable>>,
  registers: Registers,
): EmittedMachine {
  const { activation: $a, pc, sent, thrown, awaited } = registers;
  const blocks = reachableBlocks(graph);
  const layouts = layoutsOf(blocks, liveIn);
  const locals = [sent, thrown, awaited, ...graph.variables.map((variable) => variable.name)];
  const handlers = blocks.filter((b) => b.handler !== undefined).map((b) => `${b.id}: ${b.handler}`);
  const cases = blocks.map((block) => emitBlock(block, layouts, registers));
  const run = code`async (${$a}) => {
let ${pc} = ${$a}.label, ${locals.join(', ')};
const ${pc}h = { ${handlers.join(', ')} };
${emitRestore(layouts, registers)}for (;;) try {
if (${$a}.resumed) ${sent} = ${$a}.sent();
switch (${pc}) {
${joinCode(cases, '\n')}
}
} catch (error) {
${thrown} = error;
if ((${pc} = ${pc}h[${pc}]) === undefined) throw error;
}
}`;
  return { run, layouts };
}

function layoutsOf(
  blocks: readonly BasicBlock[],
  liveIn: ReadonlyMap<BlockId, ReadonlySet<Variable>>,
): ReadonlyMap<BlockId, FrameLayout> {
  const layouts = new Map<BlockId, FrameLayout>();
  for (const { terminal } of blocks) {
    if (terminal?.kind !== 'await') continue;
    const live = [...(liveIn.get(terminal.to) ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
    layouts.set(terminal.to, {
      carried: live.filter((variable) => variable.reload === undefined),
      reloaded: live.filter((variable) => variable.reload !== undefined),
      node: terminal.node,
    });
  }
  return layouts;
}

function emitRestore(layouts: ReadonlyMap<BlockId, FrameLayout>, { activation, pc }: Registers): Code {
  const cases = [...layouts].flatMap(([id, { carried, reloaded }]): Code[] => {
    if (carried.length + reloaded.length === 0) return [];
    const slots =
      carried.length === 0 ? [] : [code`[${joinCode(carried.map(define), ', ')}] = ${activation}.slots;`];
    const reloads = reloaded.map((variable) => code`${define(variable)} = ${variable.reload ?? []};`);
    return [code`case ${id}: ${joinCode([...slots, ...reloads], ' ')} break;`];
  });
  return cases.length === 0 ? [] : code`switch (${pc}) {\n${joinCode(cases, '\n')}\n}\n`;
}

function emitBlock(
  block: BasicBlock,
  layouts: ReadonlyMap<BlockId, FrameLayout>,
  registers: Registers,
): Code {
  const lines = block.instructions.map((instruction) => code`${instruction};`);
  const terminal = emitTerminal(block.terminal, layouts, registers);
  return joinCode([code`case ${block.id}:`, ...lines, terminal], '\n');
}

function emitTerminal(
  terminal: Terminal | undefined,
  layouts: ReadonlyMap<BlockId, FrameLayout>,
  { activation, pc, sent, awaited }: Registers,
): Code {
  switch (terminal?.kind) {
    case undefined:
      return code`return;`;
    case 'goto':
      return code`${pc} = ${terminal.to}; continue;`;
    case 'branch':
      return code`${pc} = (${terminal.test}) ? ${terminal.whenTrue} : ${terminal.otherwise}; continue;`;
    case 'return':
      return code`return ${terminal.value};`;
    case 'throw':
      return code`throw ${terminal.value};`;
    case 'await': {
      const slots = joinCode(
        (layouts.get(terminal.to)?.carried ?? []).map((variable) => use(variable)),
        ', ',
      );
      const wait = code`${activation}.isTask(${awaited}) ? await ${activation}.wait(${terminal.to}, ${awaited}, [${slots}]) : await ${awaited}`;
      return code`${awaited} = ${terminal.operand};\n${sent} = ${wait};\n${pc} = ${terminal.to}; continue;`;
    }
  }
}

function reachableBlocks(graph: FlowGraph): BasicBlock[] {
  const seen = new Set<BlockId>();
  const queue: BlockId[] = [0];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const block = graph.blocks[id];
    if (seen.has(id) || block === undefined) continue;
    seen.add(id);
    if (block.handler !== undefined) queue.push(block.handler);
    if (block.terminal !== undefined) queue.push(...successorsOf(block.terminal));
  }
  return graph.blocks.filter((block) => seen.has(block.id));
}
