import { ts } from '../syntax/ts.ts';
import { code, define, use } from './code.ts';
import type { Code } from './code.ts';
import { branch, shortCircuitTest } from './branch.ts';
import { isAssignmentPattern, lowerPattern } from './lower-pattern.ts';
import { lowerTarget } from './lower-target.ts';
import { spill, temporary } from './lowering.ts';
import type { Lowering } from './lowering.ts';
import { unwrap } from '../syntax/unwrap.ts';
import { containsAwait } from './suspension.ts';

/** Lowers `target = value` and the compound forms: the target's parts first, its old value next, then the right side. */
export function lowerAssignment(lowering: Lowering, node: ts.BinaryExpression): Code {
  const { kind } = node.operatorToken;
  const pattern = unwrap(node.left);
  if (isAssignmentPattern(pattern) && containsAwait(pattern)) {
    const value = spill(lowering, lowering.lowerExpression(node.right));
    lowerPattern(lowering, pattern, value);
    return value;
  }
  const target = lowerTarget(lowering, pattern, node.right);
  const test = shortCircuitTest(kind);
  if (test !== undefined) {
    const result = temporary(lowering);
    lowering.graph.emit(code`${define(result)} = ${target}`);
    branch(lowering, test(use(result)), () => {
      lowering.graph.emit(code`${define(result)} = ${target} = ${lowering.lowerExpression(node.right)}`);
    });
    return use(result);
  }
  if (kind === ts.SyntaxKind.EqualsToken) return code`(${target} = ${lowering.lowerExpression(node.right)})`;
  const old = containsAwait(node.right) ? spill(lowering, target) : target;
  const operator = node.operatorToken.getText().slice(0, -1);
  return code`(${target} = ${old} ${operator} (${lowering.lowerExpression(node.right)}))`;
}
