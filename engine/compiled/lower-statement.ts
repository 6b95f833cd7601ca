import { ts } from '../syntax/ts.ts';
import { code } from './code.ts';
import { emitJump } from './jumps.ts';
import { lowerJoinedOperand } from './lower-call.ts';
import { branch } from './branch.ts';
import { place } from './binding-target.ts';
import { lowerDeclarations, lowerScope } from './lower-binding.ts';
import { lowerFor, lowerForEach, lowerLoop } from './lower-loop.ts';
import { lowerSwitch } from './lower-switch.ts';
import { lowerTry } from './lower-try.ts';
import { print, spill } from './lowering.ts';
import type { Lowering } from './lowering.ts';
import type { Binding } from './resolve-bindings.ts';
import { isOpaque } from './opaque.ts';
import { unsupported } from './unsupported.ts';

export function lowerStatement(lowering: Lowering, node: ts.Statement, labels: readonly string[] = []): void {
  if (!lowering.graph.isOpen || isErased(node)) return;
  if (isOpaque(lowering, node)) {
    lowering.opaque.add(node);
    lowering.graph.emit(print(lowering, node));
    return;
  }
  if (ts.isBlock(node)) lowerScope(lowering, node, node.statements);
  else if (ts.isVariableStatement(node)) lowerDeclarations(lowering, node.declarationList);
  else if (ts.isExpressionStatement(node)) lowering.graph.emit(lowering.lowerExpression(node.expression));
  else if (ts.isIfStatement(node)) lowerIf(lowering, node);
  else if (ts.isReturnStatement(node)) lowerReturn(lowering, node.expression);
  else if (ts.isThrowStatement(node)) {
    lowering.graph.end({ kind: 'throw', value: lowering.lowerExpression(node.expression) });
  } else if (ts.isBreakOrContinueStatement(node)) {
    const kind = ts.isBreakStatement(node) ? 'break' : 'continue';
    emitJump(lowering, { kind, label: node.label?.text });
  } else if (ts.isLabeledStatement(node)) lowerLabeled(lowering, node, labels);
  else lowerCompound(lowering, node, labels);
}

function lowerCompound(lowering: Lowering, node: ts.Statement, labels: readonly string[]): void {
  if (ts.isWhileStatement(node) || ts.isDoStatement(node)) lowerLoop(lowering, node, labels);
  else if (ts.isForStatement(node)) lowerFor(lowering, node, labels);
  else if (ts.isForOfStatement(node) || ts.isForInStatement(node)) lowerForEach(lowering, node, labels);
  else if (ts.isSwitchStatement(node)) lowerSwitch(lowering, node, labels);
  else if (ts.isTryStatement(node)) lowerTry(lowering, node);
  else if (ts.isClassDeclaration(node)) lowerClass(lowering, node);
  else
    throw unsupported(
      node,
      ts.isEnumDeclaration(node) ? 'an `enum`' : `this statement (${ts.SyntaxKind[node.kind]})`,
    );
}

function lowerClass(lowering: Lowering, node: ts.ClassDeclaration): void {
  let binding: Binding | undefined;
  // The name inside the class is another one.
  for (let at = node.parent; binding === undefined && !ts.isSourceFile(at); at = at.parent) {
    binding = lowering.print.bindings.inScope.get(at)?.find(({ declaration }) => declaration === node);
  }
  if (binding !== undefined) lowering.graph.emit(code`${place(binding)} = ${print(lowering, node)}`);
}

function isErased(node: ts.Statement): boolean {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isEmptyStatement(node)
  );
}

function lowerIf(lowering: Lowering, node: ts.IfStatement): void {
  const { elseStatement } = node;
  const otherwise = elseStatement === undefined ? undefined : () => lowerStatement(lowering, elseStatement);
  branch(
    lowering,
    lowering.lowerExpression(node.expression),
    () => lowerStatement(lowering, node.thenStatement),
    otherwise,
  );
}

/** An async function waits for what it returns (ECMA-262 27.7.5.2), so a task in that place is waited for as well. */
export function lowerReturn(lowering: Lowering, value: ts.Expression | undefined): void {
  if (value === undefined) {
    emitJump(lowering, { kind: 'return', value: code`undefined`, isAwaited: true });
    return;
  }
  const result = spill(lowering, lowerJoinedOperand(lowering, value));
  emitJump(lowering, {
    kind: 'return',
    value: result,
    isAwaited: ts.isAwaitExpression(value) || !mayBePromise(value),
  });
}

function mayBePromise(value: ts.Expression): boolean {
  return !(
    ts.isObjectLiteralExpression(value) ||
    ts.isLiteralExpression(value) ||
    ts.isTemplateExpression(value)
  );
}

function lowerLabeled(lowering: Lowering, node: ts.LabeledStatement, labels: readonly string[]): void {
  const all = [...labels, node.label.text];
  if (ts.isIterationStatement(node.statement, false) || ts.isLabeledStatement(node.statement)) {
    lowerStatement(lowering, node.statement, all);
    return;
  }
  const after = lowering.graph.block();
  lowering.scopes.push({
    kind: 'target',
    labels: all,
    breakTo: after,
    continueTo: undefined,
    isDefault: false,
  });
  lowerStatement(lowering, node.statement, all);
  lowering.scopes.pop();
  lowering.graph.enter(after);
}
