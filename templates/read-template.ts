import { readFileSync } from 'node:fs';

/** A file that goes into the output as it stands: real code, formatted and checked like any other. */
export function readTemplate(name: string): string {
  return readFileSync(new URL(`verbatim/${name}`, import.meta.url), 'utf8');
}
