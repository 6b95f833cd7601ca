import { printPlain } from '../../diagnostics/print-plain.ts';
import { compileEmitted } from '../compile-emitted.ts';

/**
 * Compiles the text of a module that Node.js is about to evaluate. A function that cannot be compiled is reported on
 * stderr and left as it is: it serves the legacy era and refuses the modern one.
 *
 * The compiler is imported when the hooks are registered and not when it is first needed: hooks of other tools would
 * transform it then, and `require` cannot wait.
 * @param path absolute
 * @returns the text to evaluate, which carries its source map
 */
export function compileLoaded(text: string, path: string): string {
  const result = compileEmitted({ path, text, map: undefined, withOwnMap: true });
  for (const diagnostic of result?.diagnostics ?? [])
    process.stderr.write(`${printPlain(diagnostic, text)}\n`);
  return result?.text ?? text;
}
