import { ts } from '../syntax/ts.ts';
import { code, joinCode } from './code.ts';
import type { Code } from './code.ts';
import type { PrintContext } from './print-expression.ts';

/**
 * An object literal with accessors, inside a machine. Their code is handed in from outside, over what it captures: the
 * variables of a machine are shared by all turns of its loops.
 */
export function printWithAccessors(
  { properties }: ts.ObjectLiteralExpression,
  context: PrintContext,
  print: (node: ts.Node) => Code,
): Code {
  const list = context.bindings.fresh('$g');
  const functions: Code[] = [];
  const printed = properties.map((property): Code => {
    if (!ts.isAccessor(property)) return print(property);
    const call = code`Reflect.apply(${list}[${functions.length}], this, `;
    functions.push(context.accessor(property));
    const key = print(property.name);
    return ts.isGetAccessor(property)
      ? code`get ${key}() { return ${call}[]); }`
      : code`set ${key}(value${property.parameters[0]?.initializer === undefined ? '' : ' = undefined'}) { return ${call}[value]); }`;
  });
  return code`((${list}) => ({ ${joinCode(printed, ', ')} }))([${joinCode(functions, ', ')}])`;
}
