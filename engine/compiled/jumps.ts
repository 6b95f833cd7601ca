import { code, define, use } from './code.ts';
import type { BlockId } from './flow-graph.ts';
import { temporary } from './lowering.ts';
import type { Jump, JumpTarget, Lowering } from './lowering.ts';

/** Emits a jump from the innermost scope outwards; the first `finally` on the way takes it over. */
export function emitJump(lowering: Lowering, jump: Jump): void {
  for (const scope of lowering.scopes.toReversed()) {
    if (scope.kind === 'finally') {
      scope.passThrough(jump);
      return;
    }
    const to = blockFor(scope, jump);
    if (to === undefined) continue;
    lowering.graph.end({ kind: 'goto', to });
    return;
  }
  if (jump.kind === 'return') leave(lowering, jump);
}

function blockFor(target: JumpTarget, jump: Jump): BlockId | undefined {
  if (jump.kind === 'return') return undefined;
  const isMeant = jump.label === undefined ? target.isDefault : target.labels.includes(jump.label);
  if (!isMeant) return undefined;
  return jump.kind === 'break' ? target.breakTo : target.continueTo;
}

/** An async function waits for what it returns, after all its `finally` blocks (ECMA-262 27.7.5.2). */
function leave(lowering: Lowering, jump: Jump & { kind: 'return' }): void {
  const { graph } = lowering;
  if (jump.isAwaited) {
    graph.end({ kind: 'return', value: jump.value });
    return;
  }
  lowering.exit ??= { block: graph.blockOutsideTry(), value: temporary(lowering, '$r') };
  graph.emit(code`${define(lowering.exit.value)} = ${jump.value}`);
  graph.end({ kind: 'goto', to: lowering.exit.block });
}

/** Prints the common exit, if a `return` needs it. */
export function finishExit(lowering: Lowering): void {
  const { graph, exit, registers } = lowering;
  graph.end({ kind: 'return', value: code`undefined` });
  if (exit === undefined) return;
  const to = graph.block();
  graph.enter(exit.block);
  graph.end({ kind: 'await', operand: use(exit.value), to });
  graph.enter(to);
  graph.end({ kind: 'return', value: code`${registers.sent}` });
}
