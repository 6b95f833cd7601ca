import { findBases, isEqual } from '../model/find-bases.ts';
import type { Inheritance } from '../model/find-bases.ts';
import type { SchemaModel } from '../model/build-model.ts';
import type { Definitions, SchemaObject } from '../model/json-schema.ts';
import { applyOverlay } from '../model/overlay.ts';
import { printComment, printMembers, printType } from './print-type.ts';
import type { TypePrinter } from './print-type.ts';

/** One exported declaration per definition, in the order of the schema; interfaces extend what they share. */
export function emitTypes(model: SchemaModel): string[] {
  const definitions = applyOverlay(model, 'types');
  const { interfaces, narrowed } = findBases(definitions);
  const printer: TypePrinter = { describe: (text) => resolveLinks(text, definitions), loose: narrowed };
  return [...definitions].map(([name, schema]) => {
    const inheritance = interfaces.get(name);
    const declaration = inheritance
      ? printInterface(name, schema, inheritance, definitions, printer)
      : `export type ${name} = ${printType(schema, printer)};`;
    return printComment(schema, printer) + declaration;
  });
}

function printInterface(
  name: string,
  schema: SchemaObject,
  { bases, own }: Inheritance,
  definitions: Definitions,
  printer: TypePrinter,
): string {
  const heritage = bases.length === 0 ? '' : ` extends ${bases.join(', ')}`;
  const { additionalProperties: rest, ...closed } = schema;
  const inheritsRest = bases.some((base) => isEqual(definitions.get(base)?.additionalProperties, rest));
  const members = printMembers(inheritsRest ? closed : schema, own, printer);
  return `export interface ${name}${heritage} {\n${members}\n}`;
}

/** The schema's generator glued link targets to link texts: `{@link CallToolRequesttools/call}`. */
function resolveLinks(text: string, definitions: Definitions): string {
  return text.replaceAll(/\{@link ([\w$.]+)([^}]*)\}/g, (whole, target: string, rest: string) => {
    const label = `${target}${rest}`;
    if (definitions.has(target) && rest === '') return whole;
    const names = [...definitions.keys()].filter((name) => label.startsWith(name));
    const name = names.sort((a, b) => b.length - a.length)[0];
    if (name === undefined) return whole;
    const shown = label.slice(name.length).replace(/^[\s|]+/, '');
    return `{@link ${name} | ${shown}}`;
  });
}
