import { requestStateModules } from '../../templates/request-state.ts';

/** The text of the target's `request-state` module for the codec the user chose, in the line endings of the project. */
export function printRequestStateModule(codec: keyof typeof requestStateModules, eol = '\n'): string {
  return requestStateModules[codec].replaceAll('\n', eol);
}
