import { ts } from '../syntax/ts.ts';
import { code } from './code.ts';
import { spill } from './lowering.ts';
import type { Lowering } from './lowering.ts';
import { containsAwait } from './suspension.ts';

/** Lowers operands that are evaluated one after the other; `print` then finds them by their nodes. */
export function lowerOperands(lowering: Lowering, operands: readonly ts.Node[]): void {
  const last = operands.findLastIndex((operand) => containsAwait(operand));
  for (const operand of operands.slice(0, last + 1)) {
    if (ts.isOmittedExpression(operand)) continue;
    const inner = innerOperand(operand);
    const isLast = operand === operands[last];
    const value = lowering.lowerExpression(inner);
    if (isLast) lowering.print.substitutes.set(inner, value);
    else if (!isStable(lowering, inner)) {
      const isSpread = operand !== inner && ts.isSpreadElement(operand);
      lowering.print.substitutes.set(inner, spill(lowering, isSpread ? code`[...${value}]` : value));
    } else if (mayBeMissing(lowering, inner)) lowering.graph.emit(value);
  }
}

/** True when reading the expression again later gives the same value and has no effect. */
export function isStable(lowering: Lowering, node: ts.Node): boolean {
  if (ts.isLiteralExpression(node) || node.kind === ts.SyntaxKind.ThisKeyword) return true;
  if (node.kind === ts.SyntaxKind.NullKeyword || node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (!ts.isIdentifier(node)) return false;
  const binding = lowering.print.bindings.of.get(node);
  if (binding !== undefined) return !binding.isReassigned && !binding.isBoxed;
  // Imports, constants, functions, what the platform provides: names from outside that nobody assigns.
  return !lowering.mutableGlobals.has(node.text);
}

/** What the platform may or may not provide: where it does not, reading the name throws (ECMA-262 6.2.5.5). */
export function mayBeMissing(lowering: Lowering, node: ts.Expression): boolean {
  if (!ts.isIdentifier(node) || lowering.print.bindings.of.has(node)) return false;
  return node.text !== 'undefined' && !lowering.declaredGlobals.has(node.text);
}

function innerOperand(operand: ts.Node): ts.Expression {
  if (ts.isSpreadElement(operand) || ts.isSpreadAssignment(operand)) return operand.expression;
  return operand as ts.Expression;
}
