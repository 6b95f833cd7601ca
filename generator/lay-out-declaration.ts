import type { Options } from 'prettier';

/** How prettier writes what needs no decision where to break a line. */
export interface Style {
  readonly indent: string;
  /** Columns that prettier counts for it. */
  readonly indentWidth: number;
  readonly width: number;
  readonly quote: '"' | "'";
  readonly semicolon: '' | ';';
}

/** Options that say nothing about declarations, or what `Style` can say. */
const KNOWN_OPTIONS = new Set([
  'arrowParens',
  'bracketSameLine',
  'bracketSpacing',
  'endOfLine',
  'jsxSingleQuote',
  'printWidth',
  'proseWrap',
  'semi',
  'singleQuote',
  'tabWidth',
  'trailingComma',
  'useTabs',
]);

/** Undefined when the options may ask for what only prettier knows, as plugins do. */
export function readStyle(config: Options | null): Style | undefined {
  const { useTabs, tabWidth = 2, printWidth = 80, singleQuote, semi, ...rest } = config ?? {};
  if (Object.keys(rest).some((option) => !KNOWN_OPTIONS.has(option))) return undefined;
  return {
    indent: useTabs === true ? '\t' : ' '.repeat(tabWidth),
    indentWidth: tabWidth,
    width: printWidth,
    quote: singleQuote === true ? "'" : '"',
    semicolon: semi === false ? '' : ';',
  };
}

/** A type that fits on a line: no object type in it, and no text that would have to be escaped. */
const PLAIN_TYPE = String.raw`(?:[\w .|&[\]()<>,-]|"[\w ./:-]*")+`;
const HEAD = /^export interface \w+(?: extends \w+(?:, \w+)*)? \{$/;
const ALIAS = new RegExp(`^export type \\w+ = ${PLAIN_TYPE};$`);
const KEY = String.raw`(?:[A-Za-z_$][\w$]*\??|\[key: string\])`;
const MEMBER = new RegExp(`^${KEY}: ${PLAIN_TYPE};$`);
const OPENING_MEMBER = new RegExp(`^${KEY}: \\{$`);

/**
 * The text that prettier would make of a declaration of `emitTypes`; undefined when it has to decide where to break a
 * line. Prettier takes ten times as long, and nearly all declarations of a schema are that simple.
 */
export function layOutDeclaration(declaration: string, style: Style): string | undefined {
  const lines: string[] = [];
  let depth = 0;
  let previous = '';
  for (const line of declaration.split('\n')) {
    if (line.startsWith('/**') || line.startsWith(' *')) {
      lines.push(style.indent.repeat(depth) + line);
      continue;
    }
    const closes = line === '}' || line === '};';
    const opens = HEAD.test(line) || OPENING_MEMBER.test(line);
    if (!closes && !opens && !ALIAS.test(line) && !MEMBER.test(line)) return undefined;
    // An empty pair of braces stands on one line.
    if (closes && previous.endsWith('{')) return undefined;
    if (closes) depth--;
    const text = line.replace(/;$/, style.semicolon).replaceAll('"', style.quote);
    if (depth * style.indentWidth + text.length > style.width) return undefined;
    lines.push(style.indent.repeat(depth) + text);
    if (opens) depth++;
    previous = line;
  }
  return lines.join('\n');
}
