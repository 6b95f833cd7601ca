import { ts } from '../syntax/ts.ts';
import { code, define, joinCode } from './code.ts';
import type { Code } from './code.ts';
import type { FunctionNode } from './function-node.ts';
import { finishExit } from './jumps.ts';
import { bindingTarget } from './binding-target.ts';
import { hoistFunctions, lowerScope, openBoxes } from './lower-binding.ts';
import { lowerReturn } from './lower-statement.ts';
import type { Lowering } from './lowering.ts';
import { printNode } from './print-expression.ts';
import { isImplicit, isThisParameter } from './resolve-bindings.ts';
import type { Binding } from './resolve-bindings.ts';
import { unsupported } from './unsupported.ts';

/** Lowers a whole function: what its entry binds, its parameters, its body (ECMA-262 10.2.11). */
export function lowerFunction(lowering: Lowering, node: FunctionNode): void {
  const { activation } = lowering.registers;
  openBoxes(lowering, node);
  for (const binding of lowering.print.bindings.inScope.get(node) ?? []) {
    if (isImplicit(binding))
      lowering.graph.emit(code`${define(binding)} = ${activation}.${sourceOf(binding)}`);
  }
  const parameters = node.parameters.filter((parameter) => !isThisParameter(parameter));
  if (parameters.length > 0) {
    const targets = parameters.map((parameter): Code => {
      const target = bindingTarget(lowering, parameter.name);
      if (parameter.dotDotDotToken !== undefined) return code`...${target}`;
      if (parameter.initializer === undefined) return target;
      return code`${target} = ${printNode(parameter.initializer, lowering.print)}`;
    });
    lowering.graph.emit(code`[${joinCode(targets, ', ')}] = ${activation}.args`);
  }
  hoistFunctions(lowering, node);
  const { body } = node;
  if (body === undefined) throw unsupported(node, 'an overload signature');
  if (ts.isBlock(body)) lowerScope(lowering, body, body.statements);
  else lowerReturn(lowering, body);
  finishExit(lowering);
}

/** The member of the activation that has what the entry binds. */
function sourceOf({ source }: Binding): string {
  if (source === 'this') return 'self';
  return source === 'arguments' ? 'argumentsObject' : 'callee';
}
