import { ts } from '../syntax/ts.ts';
import { code, define, textPiece, use } from './code.ts';
import type { Code } from './code.ts';
import { print } from './lowering.ts';
import type { Lowering } from './lowering.ts';
import { isImplicit } from './resolve-bindings.ts';
import type { Binding } from './resolve-bindings.ts';
import { unsupported } from './unsupported.ts';

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

/** Where the declaration of `binding` puts its value. */
export function place(binding: Binding): Code {
  return binding.isBoxed ? [...use(binding), textPiece('.v')] : define(binding);
}

export function lowerDeclarations(lowering: Lowering, list: ts.VariableDeclarationList): void {
  if ((list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using) throw unsupported(list, '`using`');
  const isVar = (list.flags & ts.NodeFlags.BlockScoped) === 0;
  for (const { name, initializer } of list.declarations) {
    if (initializer === undefined && isVar) continue;
    const value = initializer === undefined ? code`undefined` : lowering.lowerExpression(initializer);
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
    return place(binding);
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
