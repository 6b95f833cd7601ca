import type { Join } from '../../engine/analyze/compute-liveness.ts';
import type { AskPoint, LoopNode, LoopStatement, TryNode } from '../../engine/plan/flow-tree.ts';
import type { Continuation } from '../../engine/plan/plan-carried.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { ImportRequest } from '../edits.ts';
import { AnswerBinder } from './answer-binder.ts';
import { entersAtOnce } from './enters-at-once.ts';
import type { FlowContext } from './flow-context.ts';
import { FlowPrinter } from './flow-printer.ts';
import { quoted } from './layout.ts';
import { loopCondition, type LoopPlace } from './loop-places.ts';
import { AS_WRITTEN, planDeclarations, type PhaseDeclarations } from './phase-declarations.ts';
import { PhaseSteps, type Entry, type Step } from './phase-steps.ts';
import { PhaseUse } from './phase-use.ts';
import type { HandlerNames } from './print-guard.ts';
import type { HelperCalls } from './print-helper.ts';
import { triesAround } from './tries-around.ts';
import { printStateType } from './print-state-type.ts';
import type { PrintedType } from './print-type.ts';
import type { SourceText } from './source-text.ts';
import type { Printed } from './statement-printer.ts';

/** What all passes over one handler have in common. */
export interface PhasesOptions {
  readonly plan: HandlerPlan;
  readonly source: SourceText;
  readonly names: HandlerNames;
  readonly checker: ts.TypeChecker;
  readonly typeText: (type: ts.Type) => PrintedType;
  readonly heads: ReadonlyMap<ts.Node, string>;
  readonly places: ReadonlyMap<LoopStatement, LoopPlace>;
  readonly calls: HelperCalls;
  /** The type of the state is used in other modules. */
  readonly isExported: boolean;
  readonly waiting: ReadonlyMap<TryNode, string>;
  readonly asked: string;
  /** The variables that hold the results of helpers. */
  readonly helperAnswers: ReadonlyMap<AskPoint, string>;
}

/** One pass over a handler: prints its body as a `switch` over steps, and the type of the state they pass on. */
export class PhasesPrinter {
  readonly #options: PhasesOptions;
  readonly #isStep: (join: Join) => boolean;
  readonly #imports: ImportRequest[] = [];
  #steps: PhaseSteps;
  #loops = false;
  #isVisiting = false;

  constructor(options: PhasesOptions, isStep: (join: Join) => boolean) {
    this.#options = options;
    this.#isStep = isStep;
    this.#steps = new PhaseSteps(options.plan, options.places, options.checker);
  }

  printBody(): string {
    const { unit, eol, semicolon } = this.#source;
    const base = this.#bodyIndent();
    // Whether a loop is needed is known only after all phases are printed, so they are printed once to see.
    this.#printSwitch(base);
    const { state, stateType, context, round } = this.#options.names;
    const sealed = `${context}.mcpReq.requestState${this.#source.isTyped ? `<${stateType}>` : ''}()`;
    const isNamedState = round !== undefined && state === 'state';
    const [name, read] = isNamedState
      ? ['{ state }', round]
      : [state, round === undefined ? sealed : `${round}.state`];
    const head = `${base}${this.#loops ? 'let' : 'const'} ${name} = ${read}${semicolon}`;
    if (!this.#loops) return [head, ...this.#printSwitch(base)].join(eol);
    return [head, `${base}for (;;) {`, ...this.#printSwitch(base + unit), `${base}}`].join(eol);
  }

  /** Prints every phase once and keeps nothing: each join is met once for every place that leads to it. */
  visitPhases(): void {
    this.#isVisiting = true;
    this.#printSwitch(this.#bodyIndent());
  }

  printStateType(): { text: string; imports: ImportRequest[] } {
    const { plan, names, checker, typeText, calls, isExported } = this.#options;
    if (!this.#source.isTyped) return { text: '', imports: [] };
    const members = this.#steps.all.map((step) => ({
      ...step,
      helper: step.entry.kind === 'retry' ? calls.stateTypeOf(step.entry.ask) : undefined,
    }));
    const printed = printStateType(
      members,
      plan,
      { name: names.stateType, isExported },
      this.#source,
      checker,
      typeText,
    );
    return { text: printed.text, imports: [...this.#imports, ...printed.imports] };
  }

  get #source(): SourceText {
    return this.#options.source;
  }

  #bodyIndent(): string {
    const first = this.#options.plan.nodes[0];
    return first === undefined ? this.#source.unit : this.#source.indentOf(first.statement);
  }

  #printSwitch(indent: string): string[] {
    const { plan, places, checker, names } = this.#options;
    this.#steps = new PhaseSteps(plan, places, checker);
    const caseIndent = indent + this.#source.unit;
    const lines = [`${indent}switch (${names.state}?.step) {`];
    const continuation = { nodes: plan.nodes, index: plan.preambleLength, next: undefined };
    const start = this.#printPhase({ kind: 'join', continuation }, undefined, caseIndent);
    // A handler that begins with a loop and has nothing to tell it enters the loop's own step.
    if (isBareEntry(start, this.#steps.all)) lines.push(`${caseIndent}case undefined:`);
    else lines.push(...this.#printCase('undefined', caseIndent, start));
    for (let step = this.#steps.next(); step !== undefined; step = this.#steps.next()) {
      const body = this.#printPhase(step.entry, step, caseIndent);
      lines.push(...this.#printCase(quoted(step.name, this.#source), caseIndent, body));
    }
    lines.push(`${indent}}`);
    return lines;
  }

  #printCase(label: string, indent: string, body: readonly string[]): string[] {
    return [`${indent}case ${label}: {`, ...body, `${indent}}`];
  }

  /** Restores what was carried, binds the answer, goes on. */
  #printPhase(entry: Entry, step: Step | undefined, caseIndent: string): string[] {
    const indent = caseIndent + this.#source.unit;
    const first = this.#printOnce(entry, step, indent, AS_WRITTEN);
    if (this.#isVisiting) return first.lines;
    const { plan, source, checker } = this.#options;
    const declarations = planDeclarations(first.use, carriedInto(step), plan, source, checker);
    return this.#printOnce(entry, step, indent, declarations).lines;
  }

  #printOnce(
    entry: Entry,
    step: Step | undefined,
    indent: string,
    declarations: PhaseDeclarations,
  ): { readonly lines: string[]; readonly use: PhaseUse } {
    const use = new PhaseUse(this.#options.plan, this.#options.checker);
    const printer = new FlowPrinter(this.#contextWith(declarations), use);
    const tries = this.#canThrow(entry) ? triesAround(entry.continuation) : [];
    const inner = indent + this.#source.unit.repeat(tries.length);
    const innermost = (): Printed => this.#printInnermost(entry, printer, use, inner);
    let printed = tries.length === 0 ? innermost() : use.within(innermost);
    tries.forEach(({ node, after }, index) => {
      const at = indent + this.#source.unit.repeat(tries.length - 1 - index);
      printed = use.within(() => wrapInTry(printed, node, after, printer, at));
    });
    this.#loops ||= printer.entersSteps;
    return { lines: [...this.#restore(step, use, indent), ...printed.lines], use };
  }

  /** Whether the `try`s around a phase may have something to do. */
  #canThrow(entry: Entry): boolean {
    const { nodes, index } = entry.continuation;
    // A loop with an end is followed by code that belongs into the `try`, or behind it.
    const isEndless = (loop: LoopNode): boolean =>
      loopCondition(loop, this.#options.places.get(loop.statement)) === undefined;
    const isQuiet = entry.kind === 'join' || (entry.kind === 'loop' && isEndless(entry.loop));
    const cleansUp = triesAround(entry.continuation).some(
      ({ node }) => node.statement.finallyBlock !== undefined,
    );
    return !isQuiet || cleansUp || !entersAtOnce(nodes, index, this.#options.checker);
  }

  #contextWith(declarations: PhaseDeclarations): FlowContext {
    return {
      ...this.#options,
      steps: this.#steps,
      isStep: this.#isStep,
      declarations,
      annotationOf: (symbol) => this.#annotationOf(symbol),
    };
  }

  #printInnermost(entry: Entry, printer: FlowPrinter, use: PhaseUse, indent: string): Printed {
    if (entry.kind === 'loop') {
      const after = entry.continuation.next?.continuation ?? entry.continuation;
      return printer.printTurn(entry.loop, entry.continuation, after, indent);
    }
    const printed = printer.printNodes(entry.continuation, indent, 'leave');
    const binder = new AnswerBinder(this.#options, this.#steps, use);
    const bound =
      entry.kind === 'answer'
        ? binder.bindAnswers(entry, indent)
        : entry.kind === 'retry'
          ? binder.callHelper(entry, printer, indent)
          : [];
    return { lines: [...bound, ...printed.lines], completes: printed.completes };
  }

  #restore(step: Step | undefined, use: PhaseUse, indent: string): string[] {
    const { state } = this.#options.names;
    const { constants, variables } = use.restored(step?.carried ?? [], step?.fields ?? []);
    const declare = (keyword: string, names: readonly string[]): string[] =>
      names.length === 0
        ? []
        : [`${indent}${keyword} { ${names.join(', ')} } = ${state}${this.#source.semicolon}`];
    const missing = use
      .undeclared(carriedInto(step))
      .map(
        ({ name, symbol }) => `${indent}let ${name}${this.#annotationOf(symbol)}${this.#source.semicolon}`,
      );
    return [...declare('const', constants), ...declare('let', variables), ...missing];
  }

  /** `: string` of a variable, as its declaration says it or means it. */
  #annotationOf(symbol: ts.Symbol): string {
    const { valueDeclaration: declaration } = symbol;
    if (!this.#source.isTyped || declaration === undefined) return '';
    if (ts.isVariableDeclaration(declaration) && declaration.type !== undefined)
      return `: ${declaration.type.getText()}`;
    const { typeText, checker } = this.#options;
    const printed = typeText(checker.getTypeOfSymbolAtLocation(symbol, declaration));
    this.#imports.push(...printed.imports);
    return `: ${printed.text}`;
  }
}

/** The variables that a phase takes out of the state. */
function carriedInto(step: Step | undefined): ReadonlySet<ts.Symbol> {
  return new Set(step?.carried.map(({ symbol }) => symbol));
}

/** The phase does nothing but enter the first step, which carries nothing: a loop, or the call of a helper. */
function isBareEntry(lines: readonly string[], [first]: readonly Step[]): boolean {
  if (first === undefined || lines.length !== 2) return false;
  const isEntered = first.entry.kind === 'loop' || first.entry.kind === 'retry';
  return isEntered && first.fields.length + first.carried.length === 0;
}

/** A phase that begins inside of a `try` repeats it around its part of the block; what follows it comes behind. */
function wrapInTry(
  block: Printed,
  node: TryNode,
  after: Continuation,
  printer: FlowPrinter,
  indent: string,
): Printed {
  const { lines, completes } = printer.printTryAround(block, node, after, indent);
  if (!completes) return { lines, completes };
  const behind = printer.printBehind(node, after, indent);
  return { lines: [...lines, ...behind.lines], completes: behind.completes };
}
