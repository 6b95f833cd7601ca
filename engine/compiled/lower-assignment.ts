import { ts } from '../syntax/ts.ts';
import { code, define, use } from './code.ts';
import type { Code } from './code.ts';
import { branch, shortCircuitTest } from './branch.ts';
import { isStable } from './lower-operands.ts';
import { print, spill, temporary } from './lowering.ts';
import type { Lowering } from './lowering.ts';
import { containsAwait, unwrap } from './suspension.ts';
import { unsupported } from './unsupported.ts';

/** Lowers `target = value` and the compound forms: the target's parts first, its old value next, then the right side. */
export function lowerAssignment(lowering: Lowering, node: ts.BinaryExpression): Code {
  const { kind } = node.operatorToken;
  const target = lowerTarget(lowering, unwrap(node.left), node.right);
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

function lowerTarget(lowering: Lowering, target: ts.Expression, value: ts.Expression): Code {
  if (ts.isIdentifier(target)) return print(lowering, target);
  if (ts.isPropertyAccessExpression(target)) {
    return code`${part(lowering, target.expression, value)}.${target.name.text}`;
  }
  if (ts.isElementAccessExpression(target)) {
    const object = part(lowering, target.expression, target.argumentExpression, value);
    return code`${object}[${part(lowering, target.argumentExpression, value)}]`;
  }
  if (containsAwait(target)) throw unsupported(target, 'an `await` in a destructuring pattern');
  return print(lowering, target);
}

function part(lowering: Lowering, node: ts.Expression, ...later: readonly ts.Expression[]): Code {
  const value = lowering.lowerExpression(node);
  const isSafe = isStable(lowering, node) && later.length > 0;
  return isSafe ? value : spill(lowering, value);
}
