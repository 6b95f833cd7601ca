import { ts } from '../syntax/ts.ts';
import { bindingTarget, place } from './binding-target.ts';
import { code, define } from './code.ts';
import type { Code } from './code.ts';
import { lowerPattern } from './lower-pattern.ts';
import { print, spill } from './lowering.ts';
import type { Lowering } from './lowering.ts';
import { isImplicit } from './resolve-bindings.ts';
import { isUsing, refuseUsing } from './refuse-using.ts';
import { containsAwait } from './suspension.ts';

/** Enters a scope (fresh boxes, hoisted functions), then lowers its statements. */
export function lowerScope(lowering: Lowering, scope: ts.Node, statements: readonly ts.Statement[]): void {
  openScope(lowering, scope);
  for (const statement of statements) lowering.lowerStatement(statement);
}

/** Creates what exists from the entry of a scope on (ECMA-262 14.2.3 BlockDeclarationInstantiation). */
export function openScope(lowering: Lowering, scope: ts.Node): void {
  openBoxes(lowering, scope);
  hoistFunctions(lowering, scope);
}

export function openBoxes(lowering: Lowering, scope: ts.Node): void {
  for (const binding of lowering.print.bindings.inScope.get(scope) ?? []) {
    if (!binding.isBoxed) continue;
    lowering.graph.emit(code`${define(binding)} = ${binding.isReadEarly ? '{}' : '{ v: undefined }'}`);
  }
}

export function hoistFunctions(lowering: Lowering, scope: ts.Node): void {
  for (const binding of lowering.print.bindings.inScope.get(scope) ?? []) {
    if (!ts.isFunctionDeclaration(binding.declaration) || isImplicit(binding)) continue;
    lowering.graph.emit(code`${place(binding)} = ${print(lowering, binding.declaration)}`);
  }
}

export function lowerDeclarations(lowering: Lowering, list: ts.VariableDeclarationList): void {
  if (isUsing(list)) refuseUsing(list);
  const isVar = (list.flags & ts.NodeFlags.BlockScoped) === 0;
  for (const { name, initializer } of list.declarations) {
    if (initializer === undefined && isVar) continue;
    const value = initializer === undefined ? code`undefined` : lowering.lowerExpression(initializer);
    declare(lowering, name, value);
  }
}

/** Binds a name or pattern to `value`. */
export function declare(lowering: Lowering, name: ts.BindingName, value: Code): void {
  if (!ts.isIdentifier(name) && containsAwait(name)) {
    lowerPattern(lowering, name, spill(lowering, value));
    return;
  }
  const pattern = bindingTarget(lowering, name);
  const assignment = code`${pattern} = ${value}`;
  lowering.graph.emit(ts.isObjectBindingPattern(name) ? code`(${assignment})` : assignment);
}
