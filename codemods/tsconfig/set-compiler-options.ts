import { ts } from '../../engine/syntax/ts.ts';
import { applyEdits, type TextEdit } from '../edits.ts';

/** What is to be written into the text of a tsconfig.json, and where that is. */
export interface CompilerOptionsEdit {
  readonly after: string;
  /** The first place that changes, in the text before. */
  readonly start: number;
  readonly end: number;
}

/**
 * Sets compiler options in the text of a tsconfig.json, with its comments, trailing commas and layout: what the object has
 * gets another value, what it does not have comes after its other options. All other bytes stay.
 * @returns undefined for a text that is not one object, or whose `compilerOptions` are not
 */
export function setCompilerOptions(
  text: string,
  options: Readonly<Record<string, string>>,
): CompilerOptionsEdit | undefined {
  const file = ts.parseJsonText('tsconfig.json', text);
  const root = file.statements[0]?.expression;
  if (root === undefined || !ts.isObjectLiteralExpression(root)) return undefined;
  const own = propertyOf(root, 'compilerOptions')?.initializer;
  if (own !== undefined && !ts.isObjectLiteralExpression(own)) return undefined;
  const entries = Object.entries(options).map(([name, value]) => ({ name, value: JSON.stringify(value) }));
  const known = (name: string): ts.Expression | undefined =>
    own === undefined ? undefined : propertyOf(own, name)?.initializer;
  const missing = entries
    .filter(({ name }) => known(name) === undefined)
    .map(({ name, value }) => `${JSON.stringify(name)}: ${value}`);
  const added = own === undefined ? [`"compilerOptions": { ${missing.join(', ')} }`] : missing;
  const edits = [
    ...entries.flatMap(({ name, value }) => replaceValue(known(name), file, value)),
    ...(missing.length === 0 ? [] : appendProperties(own ?? root, file, added)),
  ].sort((a, b) => a.start - b.start);
  const [first] = edits;
  if (first === undefined) return undefined;
  return { after: applyEdits(text, edits), start: first.start, end: first.end };
}

function propertyOf(object: ts.ObjectLiteralExpression, name: string): ts.PropertyAssignment | undefined {
  // Of two with one name the last counts, as in any JSON.
  return object.properties
    .filter(ts.isPropertyAssignment)
    .findLast((property) => ts.isStringLiteral(property.name) && property.name.text === name);
}

function replaceValue(
  value: ts.Expression | undefined,
  file: ts.JsonSourceFile,
  newText: string,
): readonly TextEdit[] {
  return value === undefined ? [] : [{ start: value.getStart(file), end: value.end, newText }];
}

/**
 * Adds properties behind the last one of an object: on lines of their own where that ends its line, so that a comment
 * beside it stays beside it.
 */
function appendProperties(
  object: ts.ObjectLiteralExpression,
  file: ts.JsonSourceFile,
  added: readonly string[],
): readonly TextEdit[] {
  const { text } = file;
  const last = object.properties.at(-1);
  if (last === undefined) {
    const start = object.end - 1;
    return [{ start, end: start, newText: ` ${added.join(', ')} ` }];
  }
  const start = last.getStart(file);
  const indent = /(?:^|\n)(?<indent>[ \t]*)$/.exec(text.slice(0, start))?.groups?.['indent'];
  const end = LINE_END.exec(text.slice(last.end));
  const { comma, eol } = end?.groups ?? {};
  const { hasTrailingComma } = object.properties;
  if (end === null || indent === undefined || eol === undefined || hasTrailingComma === (comma === undefined))
    return [{ start: last.end, end: last.end, newText: `, ${added.join(', ')}` }];
  const next = last.end + end[0].length;
  const lines = added.map((entry) => `${indent}${entry}`).join(`,${eol}`);
  return hasTrailingComma
    ? [{ start: next, end: next, newText: `${lines},${eol}` }]
    : [
        { start: last.end, end: last.end, newText: ',' },
        { start: next, end: next, newText: `${lines}${eol}` },
      ];
}

/** What may stand between a value and the end of its line. */
const LINE_END = /^[ \t]*(?<comma>,)?[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*)?(?<eol>\r?\n)/;
