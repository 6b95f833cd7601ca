import type { ts } from '../syntax/ts.ts';
import { code, define, use } from './code.ts';
import { emitJump } from './jumps.ts';
import { declare, lowerScope, openScope } from './lower-binding.ts';
import { temporary } from './lowering.ts';
import type { Jump, Lowering } from './lowering.ts';

/** Lowers `try`: exception handlers become a property of blocks, `finally` gets a completion record (ECMA-262 6.2.4). */
export function lowerTry(lowering: Lowering, node: ts.TryStatement): void {
  if (node.finallyBlock === undefined) lowerCatch(lowering, node);
  else lowerFinally(lowering, node, node.finallyBlock);
}

function lowerCatch(lowering: Lowering, { tryBlock, catchClause }: ts.TryStatement): void {
  const { graph } = lowering;
  if (catchClause === undefined) {
    lowerScope(lowering, tryBlock, tryBlock.statements);
    return;
  }
  const outer = graph.handler;
  const [handler, after] = [graph.block(), graph.block()];
  graph.handler = handler;
  graph.enter(graph.block());
  lowerScope(lowering, tryBlock, tryBlock.statements);
  graph.end({ kind: 'goto', to: after });
  graph.handler = outer;
  graph.enter(handler);
  openScope(lowering, catchClause);
  const { variableDeclaration, block } = catchClause;
  if (variableDeclaration !== undefined) {
    declare(lowering, variableDeclaration.name, [lowering.registers.thrown]);
  }
  lowerScope(lowering, block, block.statements);
  graph.enter(after);
}

/** Completion kinds; jumps are numbered from `FIRST_JUMP` on. */
const NORMAL = 0;
const THROW = 1;
const FIRST_JUMP = 2;

function lowerFinally(lowering: Lowering, node: ts.TryStatement, finallyBlock: ts.Block): void {
  const { graph } = lowering;
  const outer = graph.handler;
  const [kind, value] = [temporary(lowering, '$k'), temporary(lowering, '$v')];
  const [handler, entry, after] = [graph.block(), graph.block(), graph.block()];
  const jumps: Jump[] = [];
  const complete = (completion: number, result = code`undefined`): void => {
    graph.emit(code`${define(value)} = ${result}`);
    graph.emit(code`${define(kind)} = ${completion}`);
    graph.end({ kind: 'goto', to: entry });
  };
  const passThrough = (jump: Jump): void => {
    jumps.push(jump);
    complete(FIRST_JUMP + jumps.length - 1, jump.kind === 'return' ? jump.value : undefined);
  };
  lowering.scopes.push({ kind: 'finally', passThrough });
  graph.handler = handler;
  graph.enter(graph.block());
  lowerCatch(lowering, node);
  if (graph.isOpen) complete(NORMAL);
  graph.handler = outer;
  lowering.scopes.pop();
  graph.enter(handler);
  complete(THROW, [lowering.registers.thrown]);
  graph.enter(entry);
  lowerScope(lowering, finallyBlock, finallyBlock.statements);
  resumeCompletion(lowering, jumps, use(kind), use(value), after);
}

type Register = ReturnType<typeof use>;

/** What the `finally` block held up goes on. */
function resumeCompletion(
  lowering: Lowering,
  jumps: readonly Jump[],
  kind: Register,
  value: Register,
  after: number,
): void {
  const { graph } = lowering;
  if (!graph.isOpen) {
    graph.enter(after);
    return;
  }
  const when = (completion: number, go: () => void): void => {
    const [whenTrue, otherwise] = [graph.block(), graph.block()];
    graph.end({ kind: 'branch', test: code`${kind} === ${completion}`, whenTrue, otherwise });
    graph.enter(whenTrue);
    go();
    graph.enter(otherwise);
  };
  when(THROW, () => graph.end({ kind: 'throw', value }));
  for (const [index, jump] of jumps.entries()) {
    when(FIRST_JUMP + index, () => emitJump(lowering, jump.kind === 'return' ? { ...jump, value } : jump));
  }
  graph.enter(after);
}
