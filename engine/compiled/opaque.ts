import { ts } from '../syntax/ts.ts';
import type { Lowering } from './lowering.ts';
import { containsAwait, containsNode } from './suspension.ts';

/**
 * True for a compound statement that can be printed as it stands: nothing in it suspends or leaves it, and it declares
 * nothing that outlives it or is shared with a function.
 */
export function isOpaque(lowering: Lowering, node: ts.Statement): boolean {
  const isCompound = ts.isIterationStatement(node, true) || ts.isIfStatement(node) || ts.isTryStatement(node);
  if (
    !isCompound &&
    !ts.isSwitchStatement(node) &&
    !ts.isBlock(node) &&
    node.kind !== ts.SyntaxKind.DebuggerStatement
  ) {
    return false;
  }
  return !containsAwait(node) && !containsNode(node, (at) => leaves(at) || sharesScope(lowering, at));
}

function leaves(node: ts.Node): boolean {
  return (
    ts.isReturnStatement(node) ||
    ts.isBreakOrContinueStatement(node) ||
    ts.isLabeledStatement(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node)
  );
}

function sharesScope(lowering: Lowering, node: ts.Node): boolean {
  if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0) return true;
  return (lowering.print.bindings.inScope.get(node) ?? []).some((binding) => binding.isBoxed);
}
