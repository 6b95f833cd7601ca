/** The widest line that generated code is laid out for; a project's own formatter may choose another afterwards. */
const LINE_WIDTH = 100;

/** How generated code is indented and ended. */
export interface Style {
  readonly unit: string;
  readonly semicolon: string;
  readonly quote: string;
}

/** `callee(a, b)` on one line where it fits, else one argument a line. Each argument is printed for both depths. */
export function layoutCall(
  callee: string,
  args: readonly ((indent: string) => string)[],
  indent: string,
  style: Style,
): string {
  const flat = `${callee}(${args.map((print) => print(indent)).join(', ')})`;
  if (!flat.includes('\n') && indent.length + flat.length <= LINE_WIDTH) return flat;
  const inner = indent + style.unit;
  return `${callee}(\n${args.map((print) => `${inner}${print(inner)},\n`).join('')}${indent})`;
}

/** `{ key: value }` on one line where it fits, else one property a line. A property without a value is a shorthand. */
export function layoutObject(
  properties: readonly { readonly key: string; readonly value?: (indent: string) => string }[],
  indent: string,
  style: Style,
): string {
  if (properties.length === 0) return '{}';
  const print = (at: string): string[] =>
    properties.map(({ key, value }) => (value === undefined ? key : `${key}: ${value(at)}`));
  const flat = `{ ${print(indent).join(', ')} }`;
  if (!flat.includes('\n') && indent.length + flat.length <= LINE_WIDTH) return flat;
  const inner = indent + style.unit;
  return `{\n${print(inner)
    .map((text) => `${inner}${text},\n`)
    .join('')}${indent}}`;
}

/** A string literal in the quotes of the file. */
export function quoted(text: string, style: Style): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll(style.quote, `\\${style.quote}`)
    .replaceAll('\n', '\\n');
  return style.quote + escaped + style.quote;
}
