import { contains } from '../../engine/plan/build-flow-tree.ts';
import { canComplete } from '../../engine/plan/can-complete.ts';
import type { FlowNode, IfNode, LoopStatement } from '../../engine/plan/flow-tree.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { Continuation } from '../../engine/plan/plan-carried.ts';
import type { FlowContext } from './flow-context.ts';
import { layoutCall, layoutObject } from './layout.ts';
import type { LoopPlace } from './loop-places.ts';
import type { PhaseUse } from './phase-use.ts';
import { printRequest } from './print-ask.ts';
import { isInTry } from './print-guard.ts';
import type { SourceText, Substitutions } from './source-text.ts';
import type { StepTransitions } from './step-transitions.ts';

/** Printed statements, and whether control reaches their end. */
export interface Printed {
  readonly lines: string[];
  readonly completes: boolean;
}

/** Prints what a phase takes over from the handler one by one: its statements, asks, conditions and comments. */
export class StatementPrinter {
  readonly #context: FlowContext;
  readonly #use: PhaseUse;
  readonly #transitions: StepTransitions;

  constructor(context: FlowContext, use: PhaseUse, transitions: StepTransitions) {
    this.#context = context;
    this.#use = use;
    this.#transitions = transitions;
  }

  get #source(): SourceText {
    return this.#context.source;
  }

  /** A statement with its comments. */
  printPlain(statement: ts.Statement, indent: string): Printed {
    const { dropped } = this.#context.declarations;
    if (dropped.has(statement)) return { lines: [], completes: true };
    this.#use.mention(statement);
    const substitutions = this.#declared(statement);
    const text = this.isAfterHead(statement)
      ? [
          this.#source.slice(statement, indent, substitutions),
          ...this.#source.trailingComments(statement),
        ].join(' ')
      : this.#source.piece(statement, indent, substitutions);
    return { lines: [indent + text], completes: canComplete(statement) };
  }

  /** What was assigned again in a later phase only is a `const` in its own; an assignment may be a declaration there. */
  #declared(statement: ts.Statement): Substitutions {
    const { heads, declarations } = this.#context;
    const keyword = statement.getFirstToken();
    if (ts.isVariableStatement(statement) && declarations.constants.has(statement.declarationList) && keyword)
      return new Map([...heads, [keyword, 'const']]);
    const declaring = declarations.declaring.get(statement);
    if (declaring === undefined) return heads;
    this.#use.declared.add(declaring.symbol);
    const { target, symbol, isTyped } = declaring;
    const type = isTyped ? this.#context.annotationOf(symbol) : '';
    return new Map([...heads, [target, `${declaring.keyword} ${target.text}${type}`]]);
  }

  /** What ends the phase at an ask, or enters the step of a helper. */
  printAsk(node: Extract<FlowNode, { kind: 'ask' }>, after: Continuation, indent: string): string[] {
    const { ask, statement } = node;
    const { steps, names, plan } = this.#context;
    const step = steps.afterAsk(ask, statement, after);
    if (step.entry.kind === 'retry') return this.#transitions.goTo(step, indent);
    for (const { site } of ask.requests) this.#use.mention(...site.call.arguments);
    const requests = ask.requests.map(({ key, site }) => ({
      key,
      value: (inner: string) => printRequest(site, this.#source, inner),
    }));
    const { round } = names;
    const type = this.#source.isTyped && round === undefined ? `<${names.stateType}>` : '';
    const seal = (state: string): string => (round === undefined ? state : `${round}.seal(${state})`);
    const asking = layoutCall(
      `${names.requestState}.ask${type}`,
      [
        () => names.context,
        (at) => layoutObject(requests, at, this.#source),
        (at) => seal(this.#transitions.printState(step, at)),
      ],
      indent,
      this.#source,
    );
    const { semicolon } = this.#source;
    const wait = isInTry(statement, plan.root.fn) ? 'await ' : '';
    const comments = this.#source.leadingComments(statement, indent).map((comment) => indent + comment);
    const waiting = this.#transitions.markWaiting(step.entry.continuation, indent);
    if (waiting.length === 0) return [...comments, `${indent}return ${wait}${asking}${semicolon}`];
    const asked = this.#context.asked;
    return [
      ...comments,
      `${indent}const ${asked} = await ${asking}${semicolon}`,
      ...waiting,
      `${indent}return ${asked}${semicolon}`,
    ];
  }

  /** `} finally { …`; with a flag, unless that is set. */
  printFinally(block: ts.Block, flag: string | undefined, indent: string): string[] {
    this.#use.mention(block);
    const { unit } = this.#source;
    const at = flag === undefined ? indent + unit : indent + unit + unit;
    const statements = block.statements.map(
      (statement) => at + this.#source.piece(statement, at, this.#context.heads),
    );
    const lines = [...statements, ...this.commentsIn(block, at)];
    const head = `${indent}} finally {`;
    if (flag === undefined) return [head, ...lines];
    return [head, `${indent + unit}if (!${flag}) {`, ...lines, `${indent + unit}}`];
  }

  /** What an `if` without braces does, where that is still one statement. */
  printBare({ statement, whenTrue }: IfNode, lines: readonly string[], indent: string): string | undefined {
    const { thenStatement } = statement;
    const [only] = whenTrue;
    const [line, ...others] = lines;
    if (ts.isBlock(thenStatement) || line === undefined || others.length > 0) return undefined;
    if (this.#source.leadingComments(thenStatement, indent).length > 0) return undefined;
    if (only?.kind !== 'plain') return line.includes('\n') ? undefined : ` ${line.trimStart()}`;
    const text = thenStatement.getFullText();
    const isBelow = text.slice(0, text.length - thenStatement.getText().length).includes('\n');
    const at = isBelow ? indent + this.#source.unit : indent;
    return `${isBelow ? this.#source.eol + at : ' '}${this.#source.piece(thenStatement, at, this.#context.heads)}`;
  }

  /** Notes what the place of a loop is made of. */
  usePlace(loop: LoopStatement, { index, array, fields }: LoopPlace): void {
    this.#use.fields.add(index);
    if (fields.length > 1) this.#use.fields.add(array);
    else if (ts.isForOfStatement(loop)) this.#use.mention(loop.expression);
    if (ts.isForOfStatement(loop)) this.#use.mention(loop.initializer);
  }

  /** A condition, say, as it is written. */
  slice(node: ts.Node, indent: string): string {
    this.#use.mention(node);
    return this.#source.slice(node, indent, this.#context.heads);
  }

  /** The comments between the last statement of a list and the brace that closes its block. */
  closingComments(nodes: readonly FlowNode[], indent: string): string[] {
    const { plan } = this.#context;
    return this.commentsIn(nodes === plan.nodes ? plan.body : nodes.at(-1)?.statement.parent, indent);
  }

  commentsIn(block: ts.Node | undefined, indent: string): string[] {
    if (block === undefined || !ts.isBlock(block)) return [];
    return this.#source.closingComments(block, indent).map((comment) => indent + comment);
  }

  /** Its comments were printed with the ask that moved in front of it. */
  isAfterHead(statement: ts.Statement): boolean {
    const own = ts.isIfStatement(statement) ? statement.expression : statement;
    return [...this.#context.heads.keys()].some((awaited) => contains(own, awaited));
  }
}
