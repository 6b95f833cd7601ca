import { ts } from '../syntax/ts.ts';
import { code, define, textPiece, use } from './code.ts';
import type { Code } from './code.ts';
import { emitJump } from './jumps.ts';
import { lowerJoinedOperand } from './lower-call.ts';
import { branch, lowerExpression } from './lower-expression.ts';
import { lowerFor, lowerForEach, lowerLoop } from './lower-loop.ts';
import { lowerSwitch } from './lower-switch.ts';
import { lowerTry } from './lower-try.ts';
import { print, spill } from './lowering.ts';
import type { Lowering } from './lowering.ts';
import { isOpaque } from './opaque.ts';
import type { Binding } from './resolve-bindings.ts';
import { unsupported } from './unsupported.ts';

/** Enters a scope (fresh boxes, hoisted functions), then lowers its statements. */
export function lowerScope(lowering: Lowering, scope: ts.Node, statements: readonly ts.Statement[]): void {
  openScope(lowering, scope);
  for (const statement of statements) lowerStatement(lowering, statement);
}

/** Creates what exists from the entry of a scope on (ECMA-262 14.2.3 BlockDeclarationInstantiation). */
export function openScope(lowering: Lowering, scope: ts.Node): void {
  const bindings = lowering.print.bindings.inScope.get(scope) ?? [];
  for (const binding of bindings) {
    if (binding.isBoxed) lowering.graph.emit(code`${define(binding)} = { v: undefined }`);
  }
  for (const binding of bindings) {
    if (!ts.isFunctionDeclaration(binding.declaration)) continue;
    const target = binding.isBoxed ? boxed(binding) : define(binding);
    lowering.graph.emit(code`${target} = ${print(lowering, binding.declaration)}`);
  }
}

function boxed(binding: Binding): Code {
  return [...use(binding), textPiece('.v')];
}

export function lowerStatement(lowering: Lowering, node: ts.Statement, labels: readonly string[] = []): void {
  if (!lowering.graph.isOpen || isErased(node)) return;
  if (isOpaque(lowering, node)) {
    lowering.opaque.add(node);
    lowering.graph.emit(print(lowering, node));
    return;
  }
  if (ts.isBlock(node)) lowerScope(lowering, node, node.statements);
  else if (ts.isVariableStatement(node)) lowerDeclarations(lowering, node.declarationList);
  else if (ts.isExpressionStatement(node)) lowering.graph.emit(lowerExpression(lowering, node.expression));
  else if (ts.isIfStatement(node)) lowerIf(lowering, node);
  else if (ts.isReturnStatement(node)) lowerReturn(lowering, node.expression);
  else if (ts.isThrowStatement(node)) {
    lowering.graph.end({ kind: 'throw', value: lowerExpression(lowering, node.expression) });
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
  else throw unsupported(node, `this statement (${ts.SyntaxKind[node.kind]})`);
}

function isErased(node: ts.Statement): boolean {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isEmptyStatement(node)
  );
}

export function lowerDeclarations(lowering: Lowering, list: ts.VariableDeclarationList): void {
  if ((list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using) throw unsupported(list, '`using`');
  const isVar = (list.flags & ts.NodeFlags.BlockScoped) === 0;
  for (const { name, initializer } of list.declarations) {
    if (initializer === undefined && isVar) continue;
    const value = initializer === undefined ? code`undefined` : lowerExpression(lowering, initializer);
    declare(lowering, name, value);
  }
}

/** Binds a name or pattern to `value`. */
export function declare(lowering: Lowering, name: ts.BindingName, value: Code): void {
  const pattern = bindingTarget(lowering, name);
  const assignment = code`${pattern} = ${value}`;
  lowering.graph.emit(ts.isObjectBindingPattern(name) ? code`(${assignment})` : assignment);
}

/** A binding pattern as an assignment pattern. */
export function bindingTarget(lowering: Lowering, name: ts.BindingName): Code {
  if (ts.isIdentifier(name)) {
    const binding = lowering.print.bindings.of.get(name);
    if (binding === undefined) return [textPiece(name.text)];
    return binding.isBoxed ? boxed(binding) : define(binding);
  }
  const elements = name.elements.map((element): Code => {
    if (ts.isOmittedExpression(element)) return [];
    const key = element.propertyName ?? (ts.isObjectBindingPattern(name) ? element.name : undefined);
    const target = bindingTarget(lowering, element.name);
    const fallback =
      element.initializer === undefined ? [] : code` = ${print(lowering, element.initializer)}`;
    if (element.dotDotDotToken !== undefined) return code`...${target}${fallback}`;
    return key === undefined
      ? code`${target}${fallback}`
      : code`${printKey(lowering, key)}: ${target}${fallback}`;
  });
  const list = elements.flatMap((element): Code => [...element, textPiece(', ')]);
  return ts.isObjectBindingPattern(name)
    ? code`{ ${trimRest(list, name)} }`
    : code`[${trimRest(list, name)}]`;
}

/** A rest element must be the last thing in its pattern. */
function trimRest(list: Code, pattern: ts.BindingPattern): Code {
  const last = pattern.elements.at(-1);
  const hasRest = last !== undefined && ts.isBindingElement(last) && last.dotDotDotToken !== undefined;
  return hasRest ? list.slice(0, -1) : list;
}

function printKey(lowering: Lowering, key: ts.PropertyName | ts.BindingName): Code {
  if (ts.isComputedPropertyName(key)) return code`[${print(lowering, key.expression)}]`;
  return [textPiece(key.getText())];
}

function lowerIf(lowering: Lowering, node: ts.IfStatement): void {
  const { elseStatement } = node;
  const otherwise = elseStatement === undefined ? undefined : () => lowerStatement(lowering, elseStatement);
  branch(
    lowering,
    lowerExpression(lowering, node.expression),
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
