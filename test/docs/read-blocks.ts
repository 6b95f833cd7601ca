import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ts } from '../../engine/syntax/ts.ts';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface CodeBlock {
  /** File and line, relative to the repository. */
  readonly place: string;
  readonly language: string;
  /** What stands behind the language: `errors=TS2339` for what is shown because it is wrong. */
  readonly mark: string;
  readonly text: string;
}

/** The pages of a directory below the repository, relative to it. */
export function pagesIn(directory: string): readonly string[] {
  const files = readdirSync(join(repository, directory)).filter((file) => file.endsWith('.md'));
  return files.sort().map((file) => `${directory}/${file}`);
}

export function readBlocks(file: string): readonly CodeBlock[] {
  const page = readFileSync(join(repository, file), 'utf8');
  return [...page.matchAll(/^( *)```(\w+)(?: ([^\n]*))?\n([\s\S]*?)^\1```$/gm)].map(
    ({ index, 1: margin = '', 2: language = '', 3: mark = '', 4: text = '' }) => ({
      place: `${file}:${page.slice(0, index).split('\n').length}`,
      language,
      mark,
      text: text.replaceAll(new RegExp(`^${margin}`, 'gm'), ''),
    }),
  );
}

/**
 * Blocks of pages are modules, statements of a function or of a `switch`, an expression, or properties.
 * @returns the block as a module; undefined when it is none of these
 */
export function asModule(text: string): string | undefined {
  const readings = [true, false].flatMap((returns) => {
    const code = closed(withoutEllipses(text, returns));
    return [
      code,
      `async () => {\n${code}\n}`,
      `async () => {\nswitch (0 as unknown) {\n${code}\n}\n}`,
      `void (\n${code}\n)`,
      `async () => ({\n${code}\n})`,
    ];
  });
  return readings.find((reading) => syntaxErrors(reading).length === 0 && !returnsAtTop(reading));
}

/**
 * An ellipsis stands for code that does not matter: a whole line, a block, or anything where an expression can be.
 * @param returns whether what is left out of functions may return
 */
function withoutEllipses(text: string, returns: boolean): string {
  const anything = '(0 as any)';
  const statements = returns ? `if (${anything}) return ${anything};` : '';
  return text
    .replaceAll(/^\s*…\s*$/gm, statements)
    .replaceAll(/(?<=[=(:,?]\s*|return )\{\s*…\s*\}/g, `{ ...${anything} }`)
    .replaceAll(/\{\s*…\s*\}/g, `{ ${returns ? `return ${anything};` : ''} }`)
    .replaceAll(/\[\s*…\s*\]/g, `[...${anything}]`)
    .replaceAll(/(?<=[[{]\s*)…(?=,)/g, `...${anything}`)
    .replaceAll(/, …(?=\s*\))/g, '')
    .replaceAll(/, …/g, `, ...${anything}`)
    .replaceAll('…', anything);
}

/** The brackets that an excerpt leaves open, closed. */
function closed(code: string): string {
  const open: string[] = [];
  for (const [bracket] of code.replaceAll(/'[^'\n]*'|`[^`]*`|\/\/.*/g, '').matchAll(/[[\](){}]/g))
    if ('[({'.includes(bracket)) open.unshift({ '[': ']', '(': ')', '{': '}' }[bracket] ?? '');
    else open.shift();
  return `${code}\n${open.join('')}`;
}

function syntaxErrors(text: string): readonly string[] {
  const { diagnostics = [] } = ts.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
    fileName: 'block.ts',
  });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

/** A mistake of meaning, which the parser lets pass. */
function returnsAtTop(text: string): boolean {
  const visit = (node: ts.Node): boolean =>
    ts.isReturnStatement(node) || (!ts.isFunctionLike(node) && ts.forEachChild(node, visit) === true);
  return visit(ts.createSourceFile('block.ts', text, ts.ScriptTarget.ESNext));
}
