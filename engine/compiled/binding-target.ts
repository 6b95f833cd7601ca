import { ts } from '../syntax/ts.ts';
import { code, define, use } from './code.ts';
import type { Code } from './code.ts';
import { print } from './lowering.ts';
import type { Lowering } from './lowering.ts';
import type { Binding } from './resolve-bindings.ts';

/** Where the declaration of `binding` puts its value. */
export function place(binding: Binding): Code {
  return binding.isBoxed ? [...use(binding), '.v'] : define(binding);
}

/** A binding pattern as an assignment pattern. */
export function bindingTarget(lowering: Lowering, name: ts.BindingName): Code {
  if (ts.isIdentifier(name)) {
    const binding = lowering.print.bindings.of.get(name);
    if (binding === undefined) return [name.text];
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
  const list = elements.flatMap((element): Code => [...element, ', ']);
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
  return [key.getText()];
}
