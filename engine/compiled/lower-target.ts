import { ts } from '../syntax/ts.ts';
import { code } from './code.ts';
import type { Code } from './code.ts';
import { isStable } from './lower-operands.ts';
import { print, spill } from './lowering.ts';
import type { Lowering } from './lowering.ts';

/** Evaluates the parts of an assignment's target; what comes back can be read and written behind `value`. */
export function lowerTarget(
  lowering: Lowering,
  target: ts.Expression,
  ...value: readonly ts.Expression[]
): Code {
  if (ts.isIdentifier(target)) return print(lowering, target);
  if (ts.isPropertyAccessExpression(target)) {
    return code`${part(lowering, target.expression, ...value)}.${target.name.text}`;
  }
  if (ts.isElementAccessExpression(target)) {
    const object = part(lowering, target.expression, target.argumentExpression, ...value);
    return code`${object}[${part(lowering, target.argumentExpression, ...value)}]`;
  }
  return print(lowering, target);
}

function part(lowering: Lowering, node: ts.Expression, ...later: readonly ts.Expression[]): Code {
  const value = lowering.lowerExpression(node);
  const isSafe = isStable(lowering, node) && later.length > 0;
  return isSafe ? value : spill(lowering, value);
}
