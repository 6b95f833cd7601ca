import type { AskHelper } from '../../engine/find/find-asks.ts';
import type { AskPoint } from '../../engine/plan/flow-tree.ts';
import type { TextEdit } from '../edits.ts';
import { layoutCall, quoted } from './layout.ts';
import { IS_ASKING } from './print-ask.ts';
import type { HandlerNames } from './print-guard.ts';
import type { SourceText } from './source-text.ts';

/**
 * `const ok = await confirm(ctx, { key: 'ok', state }, message);` and the return of its result while it asks. The handler
 * comes to the same call again in the next round, where the helper finds the answer.
 * @param state the variable with the handler's state; undefined where nothing has to be sealed
 */
export function printHelperLines(
  ask: AskPoint,
  answer: string,
  { context }: Pick<HandlerNames, 'context'>,
  state: string | undefined,
  source: SourceText,
  indent: string,
): string[] {
  const { site, key } = ask.requests[0];
  const { call, helper } = site;
  const sealed = state === undefined ? '' : state === 'state' ? ', state' : `, state: ${state}`;
  const round = `{ key: ${quoted(key, source)}${sealed} }`;
  const given = call.arguments.map((argument) => (at: string) => source.slice(argument, at));
  const position = contextPosition(helper);
  const args =
    position === undefined
      ? [() => context, () => round, ...given]
      : given.toSpliced(position + 1, 0, () => round);
  const printed = layoutCall(call.expression.getText(), args, indent, source);
  return [
    `const ${answer} = await ${printed}${source.semicolon}`,
    `if (${IS_ASKING}(${answer})) return ${answer}${source.semicolon}`,
  ];
}

/** The round follows the context, which comes first where the helper had none. */
function contextPosition(helper: AskHelper | undefined): number | undefined {
  return helper?.context === undefined ? undefined : helper.fn.parameters.indexOf(helper.context);
}

/** What the result of a helper is assigned to, where that is not the variable it was read into. */
export function bindingOfHelper({ use }: AskPoint, answer: string): string | undefined {
  if (use.form === 'assign') return use.target.text;
  if (use.form !== 'declare' || use.declaration.name.getText() === answer) return undefined;
  const end = use.declaration.type?.end ?? use.declaration.name.end;
  return use.list.getSourceFile().text.slice(use.list.getStart(), end);
}

/** The parameters a helper gets: the request's context, and under which key it asks and what it seals. */
export function helperParameters(
  helper: AskHelper,
  names: { readonly context: string; readonly round: string },
  source: SourceText,
): TextEdit | undefined {
  const typed = (name: string, type: string): string => (source.isTyped ? `${name}: ${type}` : name);
  const { fn, context } = helper;
  const round = typed(names.round, '{ key: string; state?: unknown }');
  if (context !== undefined) return { start: context.end, end: context.end, newText: `, ${round}` };
  const added = `${typed(names.context, 'ServerContext')}, ${round}`;
  const first = fn.parameters[0];
  if (first === undefined) return { start: fn.parameters.pos, end: fn.parameters.pos, newText: added };
  const hasParentheses = fn.getSourceFile().text[fn.parameters.pos - 1] === '(';
  if (!hasParentheses) return undefined;
  return { start: first.getStart(), end: first.getStart(), newText: `${added}, ` };
}
