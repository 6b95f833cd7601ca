import type { AskPoint } from '../../engine/plan/flow-tree.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { FlowPrinter } from './flow-printer.ts';
import { quoted } from './layout.ts';
import type { Entry, PhaseSteps } from './phase-steps.ts';
import type { PhaseUse } from './phase-use.ts';
import { readerOf } from './print-ask.ts';
import { bindingHead, type HandlerNames } from './print-guard.ts';
import { bindingOfHelper, type HelperCalls } from './print-helper.ts';
import type { SourceText } from './source-text.ts';
import { triesAround } from './tries-around.ts';

interface AnswerContext {
  readonly plan: HandlerPlan;
  readonly source: SourceText;
  readonly names: HandlerNames;
  readonly checker: ts.TypeChecker;
  /** The variables that hold the answers of asks moved in front of their statement. */
  readonly heads: ReadonlyMap<ts.Node, string>;
  readonly calls: HelperCalls;
  /** The variables that hold the results of helpers. */
  readonly helperAnswers: ReadonlyMap<AskPoint, string>;
}

/** Prints how a phase that begins after an ask gets the answer: it reads it, or calls the helper that asked again. */
export class AnswerBinder {
  readonly #context: AnswerContext;
  readonly #steps: PhaseSteps;
  readonly #use: PhaseUse;

  constructor(context: AnswerContext, steps: PhaseSteps, use: PhaseUse) {
    this.#context = context;
    this.#steps = steps;
    this.#use = use;
  }

  /** Reads the answers into their variables. */
  bindAnswers(entry: Extract<Entry, { kind: 'answer' }>, indent: string): string[] {
    const { ask, statement } = entry;
    const { names, heads } = this.#context;
    const form = ask.use;
    const comments = form.form === 'head' ? [] : this.#context.source.trailingComments(statement);
    return ask.requests.map(({ site, key }, index) => {
      const read = `${readerOf(site)}(${names.context}, ${quoted(key, this.#context.source)})${this.#context.source.semicolon}`;
      const isLast = index === ask.requests.length - 1;
      const tail = isLast ? comments.map((comment) => ` ${comment}`).join('') : '';
      if (form.form === 'head') return `${indent}const ${heads.get(form.awaited)} = ${read}`;
      if (form.form === 'declare') this.#use.mentionFirst(form.declaration.name);
      if (form.form === 'declare-each') this.#use.mentionFirst(form.pattern);
      const own = this.#ownVariable(entry);
      if (own !== undefined) return `${indent}const ${own} = ${read}${tail}`;
      if (form.form === 'assign') this.#use.mentionFirst(form.target.parent);
      const head = form.form === 'discard' ? undefined : bindingHead(form, index);
      return head === undefined ? `${indent}${read}${tail}` : `${indent}${head} = ${read}${tail}`;
    });
  }

  /** The call of a helper, whose result goes to the client while it asks. */
  callHelper(entry: Extract<Entry, { kind: 'retry' }>, printer: FlowPrinter, indent: string): string[] {
    const { ask, statement } = entry;
    const { names, helperAnswers, calls } = this.#context;
    const own = this.#ownVariable(entry);
    const answer = own ?? helperAnswers.get(ask) ?? ask.requests[0].key;
    for (const argument of ask.requests[0].site.call.arguments) this.#use.mentionFirst(argument);
    if (ask.use.form === 'declare') this.#use.mentionFirst(ask.use.declaration.name);
    if (ask.use.form === 'assign' && own === undefined) this.#use.mentionFirst(ask.use.target.parent);
    const comments = this.#context.source.leadingComments(statement, indent);
    const lines = calls.printLines(
      ask,
      answer,
      names,
      true,
      indent,
      printer.markWaiting(entry.continuation, ''),
    );
    const left = own === undefined ? bindingOfHelper(ask, answer) : undefined;
    const bound = left === undefined ? [] : [`${left} = ${answer}${this.#context.source.semicolon}`];
    return [...comments, ...lines, ...bound].map((line) => indent + line);
  }

  /** The variable that takes the answer, where it has no other value in this phase and needs none from an earlier one. */
  #ownVariable(entry: Extract<Entry, { readonly ask: AskPoint }>): string | undefined {
    const { ask, continuation } = entry;
    if (ask.use.form !== 'assign' || triesAround(continuation).length > 0) return undefined;
    const symbol = this.#context.checker.getSymbolAtLocation(ask.use.target);
    const isFree = symbol !== undefined && this.#context.plan.isLocal(symbol) && !isParameter(symbol);
    const isCarried = this.#steps.of(ask)?.carried.some((carried) => carried.symbol === symbol) === true;
    if (!isFree || isCarried || this.#use.isWritten(symbol)) return undefined;
    this.#use.declared.add(symbol);
    return ask.use.target.text;
  }
}

function isParameter({ valueDeclaration: declaration }: ts.Symbol): boolean {
  if (declaration === undefined) return true;
  return ts.isParameter(
    ts.isBindingElement(declaration) ? ts.walkUpBindingElementsAndPatterns(declaration) : declaration,
  );
}
