import type { AskHelper } from '../../engine/find/find-asks.ts';
import type { AskPoint } from '../../engine/plan/flow-tree.ts';
import type { ImportRequest } from '../edits.ts';
import type { FileOutput } from './file-output.ts';
import { freshName } from './fresh-names.ts';
import type { HelperPlans } from './helper-plans.ts';
import { contextIndexOf, type HelperForm } from './helper-signature.ts';
import { layoutCall, quoted } from './layout.ts';
import { IS_ASKING } from './print-ask.ts';
import type { HandlerNames } from './print-guard.ts';

/** Prints the calls of helpers in one file. */
export class HelperCalls {
  readonly imports: ImportRequest[] = [];
  readonly #plans: HelperPlans;
  readonly #output: FileOutput;
  readonly #imported = new Map<string, string>();

  constructor(plans: HelperPlans, output: FileOutput) {
    this.#plans = plans;
    this.#output = output;
  }

  /**
   * `const ok = await confirm(ctx, { key: 'ok', state }, message);` and the return of its result while it asks. The caller
   * comes to the same call again in the next round, where the helper goes on.
   * @param isStep the call is a step of its caller, which has a state
   * @param waiting statements in front of the return
   */
  printLines(
    ask: AskPoint,
    answer: string,
    names: HandlerNames,
    isStep: boolean,
    indent: string,
    waiting: readonly string[] = [],
  ): string[] {
    const { source } = this.#output;
    const { call, helper } = ask.requests[0].site;
    if (helper === undefined) throw new RangeError('an ask through a helper has one');
    const round = this.#printRound(helper, ask, names, isStep);
    const given = call.arguments.map((argument) => (at: string) => source.slice(argument, at));
    const position = contextIndexOf(helper);
    const args =
      position === undefined
        ? [() => names.context, () => round, ...given]
        : given.toSpliced(position + 1, 0, () => round);
    const callee = call.getSourceFile().text.slice(call.getStart(), call.arguments.pos - 1);
    const printed = layoutCall(callee, args, indent, source);
    return [
      `const ${answer} = await ${printed}${source.semicolon}`,
      ...(waiting.length === 0
        ? [`if (${IS_ASKING}(${answer})) return ${answer}${source.semicolon}`]
        : [
            `if (${IS_ASKING}(${answer})) {`,
            ...[...waiting, `return ${answer}${source.semicolon}`].map((line) => source.unit + line),
            '}',
          ]),
    ];
  }

  /** The type of the place that a step keeps for the helper it awaits; undefined for a helper without steps. */
  stateTypeOf(ask: AskPoint): string | undefined {
    const { helper } = ask.requests[0].site;
    if (helper === undefined) return undefined;
    const types = this.stateTypes(this.#plans.formsOfMember(helper));
    return types.length === 0 ? undefined : types.join(' | ');
  }

  /** The names of state types, imported where they are declared in other files. */
  stateTypes(forms: readonly HelperForm[]): string[] {
    const names = forms.flatMap((form) => (form.kind === 'guard' ? [] : [this.#nameOf(form)]));
    return [...new Set(names)];
  }

  #nameOf({ stateType, file }: Extract<HelperForm, { kind: 'phases' }>): string {
    const { file: own, facts, taken } = this.#output;
    if (file === own) return stateType;
    const key = `${file.fileName}#${stateType}`;
    const known = this.#imported.get(key);
    if (known !== undefined) return known;
    const as = freshName(stateType, taken);
    this.#imported.set(key, as);
    this.imports.push({ module: facts.moduleSpecifier(file.fileName), name: stateType, typeOnly: true, as });
    return as;
  }

  #printRound(helper: AskHelper, ask: AskPoint, names: HandlerNames, isStep: boolean): string {
    const { state, round, context } = names;
    if (round !== undefined && !isStep) return round;
    if (this.#plans.formOf(helper).kind === 'guard') {
      const key = `key: ${quoted(ask.requests[0].key, this.#output.source)}`;
      if (!isStep) return `{ ${key} }`;
      return round === undefined && state === 'state' ? `{ ${key}, state }` : `{ ${key}, state: ${state} }`;
    }
    this.imports.push({ module: 'mrtr/runtime', name: 'helperRound', typeOnly: false });
    if (!isStep) return `helperRound(${context}.mcpReq.requestState())`;
    return round === undefined ? `helperRound(${state})` : `helperRound(${state}, ${round})`;
  }
}

/** What the result of a helper is assigned to, where that is not the variable it was read into. */
export function bindingOfHelper({ use }: AskPoint, answer: string): string | undefined {
  if (use.form === 'assign') return use.target.text;
  if (use.form !== 'declare' || use.declaration.name.getText() === answer) return undefined;
  const end = use.declaration.type?.end ?? use.declaration.name.end;
  return use.list.getSourceFile().text.slice(use.list.getStart(), end);
}
