import type { AskHelper } from '../../engine/find/find-asks.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import type { ImportRequest, TextEdit } from '../edits.ts';
import { SERVER_MODULE } from './print-ask.ts';

/** How a helper takes part in the rounds of its callers. */
export type HelperForm =
  /** It asks under the key of its caller and seals the state of its caller. */
  | { readonly kind: 'guard' }
  /** It has steps of its own, or hands its round on to a helper that has. */
  | { readonly kind: 'phases'; readonly stateType: string; readonly file: ts.SourceFile };

const CONTEXT_TYPE: ImportRequest = { module: SERVER_MODULE, name: 'ServerContext', typeOnly: true };
const ROUND_TYPE: ImportRequest = { module: 'mrtr/runtime', name: 'HelperRound', typeOnly: true };

export interface SignatureEdit {
  readonly edit: TextEdit;
  readonly imports: readonly ImportRequest[];
}

/** The type of a helper's round, given the names of the state types it may have. */
export function roundType(form: HelperForm['kind'], stateTypes: readonly string[]): string {
  return form === 'guard' ? '{ key: string; state?: unknown }' : `HelperRound<${stateTypes.join(' | ')}>`;
}

/**
 * The parameters that a function gets so that it can ask for its callers: the request's context where it has none, and the
 * round behind it.
 */
export function addParameters(
  fn: ts.SignatureDeclaration,
  contextIndex: number | undefined,
  names: { readonly context: string; readonly round: string },
  type: string,
  isTyped: boolean,
): SignatureEdit {
  const typed = (name: string, annotation: string): string => (isTyped ? `${name}: ${annotation}` : name);
  const round = typed(names.round, type);
  const imports = isTyped && type.startsWith('HelperRound') ? [ROUND_TYPE] : [];
  const context = contextIndex === undefined ? undefined : fn.parameters[contextIndex];
  if (context !== undefined)
    return { edit: { start: context.end, end: context.end, newText: `, ${round}` }, imports };
  const added = `${typed(names.context, 'ServerContext')}, ${round}`;
  return { edit: prepend(fn, added), imports: isTyped ? [...imports, CONTEXT_TYPE] : imports };
}

function prepend(fn: ts.SignatureDeclaration, added: string): TextEdit {
  const first = fn.parameters[0];
  if (first === undefined) return { start: fn.parameters.pos, end: fn.parameters.pos, newText: added };
  const isBare = fn.getSourceFile().text[fn.parameters.pos - 1] !== '(';
  if (isBare) return { start: first.getStart(), end: first.end, newText: `(${added}, ${first.getText()})` };
  return { start: first.getStart(), end: first.getStart(), newText: `${added}, ` };
}

/** Where a helper, and so each member it implements, takes the context; undefined where it is added in front. */
export function contextIndexOf({ fn, context, members }: AskHelper): number | undefined {
  if (context === undefined) return undefined;
  const index = fn.parameters.indexOf(context);
  return members.every(({ parameters }) => parameters[index] !== undefined) ? index : undefined;
}
