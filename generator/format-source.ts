import { format } from 'prettier';
import type { Options } from 'prettier';

import type { Source } from './emit/source.ts';
import { layOutDeclaration, readStyle } from './lay-out-declaration.ts';

/**
 * The text of a file as the project's prettier wants it.
 * @param config the project's configuration; prettier's own defaults when null
 */
export async function formatSource(
  name: string,
  { text, declarations = [], verbatim = '' }: Source,
  config: Options | null,
): Promise<string> {
  const options: Options = {
    // One parser for both languages: loading and warming up the two that prettier would choose takes longer.
    parser: 'babel-ts',
    ...config,
    filepath: name,
    endOfLine: 'lf',
  };
  const style = readStyle(config);
  const parts = [await format(text, options)];
  for (const declaration of declarations) {
    const laidOut = style && layOutDeclaration(declaration, style);
    parts.push(laidOut === undefined ? await format(declaration, options) : `${laidOut}\n`);
  }
  return withLineEnds(parts.join('\n') + verbatim, config);
}

function withLineEnds(text: string, config: Options | null): string {
  if (config?.endOfLine === 'crlf') return text.replaceAll('\n', '\r\n');
  return config?.endOfLine === 'cr' ? text.replaceAll('\n', '\r') : text;
}
