import { requestStateModules } from '../../templates/request-state.ts';
import type { ImportStyle } from '../imports.ts';

export interface ModuleStyle extends ImportStyle {
  /** A TypeScript file, in which types can be written. */
  readonly isTyped: boolean;
  /** A script, whose modules are required. */
  readonly isCommonJs: boolean;
}

/** The text of the target's `request-state` module for the codec the user chose, as its other files are written. */
export function printRequestStateModule(
  codec: keyof typeof requestStateModules,
  { quote, semicolon, eol, isTyped, isCommonJs }: ModuleStyle,
): string {
  const { imports, body } = requestStateModules[codec];
  const lines = imports.map(({ module, name }) =>
    isCommonJs ? `const { ${name} } = require('${module}');` : `import { ${name} } from '${module}';`,
  );
  const typed = isTyped ? body : body.replace('<string>', '');
  const exported = isCommonJs ? typed.replace('export const ', 'exports.') : typed;
  return `${lines.join('\n')}\n\n${exported}`
    .replaceAll(/'([^'\n]*)'/g, `${quote}$1${quote}`)
    .replaceAll(/;$/gm, semicolon)
    .replaceAll('\n', eol);
}
