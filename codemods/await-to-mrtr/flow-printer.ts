import type { Join } from '../../engine/analyze/compute-liveness.ts';
import type { FlowNode, IfNode, LoopNode, TryNode } from '../../engine/plan/flow-tree.ts';
import { loopAround, type Continuation } from '../../engine/plan/plan-carried.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { entersAtOnce } from './enters-at-once.ts';
import type { FlowContext } from './flow-context.ts';
import { loopCondition } from './loop-places.ts';
import type { PhaseUse } from './phase-use.ts';
import { isInTry } from './print-guard.ts';
import type { SourceText } from './source-text.ts';
import { StatementPrinter, type Printed } from './statement-printer.ts';
import { StepTransitions } from './step-transitions.ts';

/** Prints the statements of one phase: up to the asks that end it, and into the steps that others share with it. */
export class FlowPrinter {
  readonly #context: FlowContext;
  readonly #use: PhaseUse;
  readonly #transitions: StepTransitions;
  readonly #statements: StatementPrinter;

  constructor(context: FlowContext, use: PhaseUse) {
    this.#context = context;
    this.#use = use;
    this.#transitions = new StepTransitions(context, use);
    this.#statements = new StatementPrinter(context, use, this.#transitions);
  }

  /** Control goes from one step to another within a round. */
  get entersSteps(): boolean {
    return this.#transitions.entersSteps;
  }

  /** Notes that control leaves the `try`s around a place only for a while; the statements that say so. */
  markWaiting(from: Continuation, indent: string): string[] {
    return this.#transitions.markWaiting(from, indent);
  }

  /**
   * Prints the rest of a statement list. `leave`: its end is the end of the phase's straight path, so what follows in the
   * enclosing lists is entered there, up to the next `try`; `fall`: the printed code is nested, and that follows anyway.
   */
  printNodes(continuation: Continuation, indent: string, end: 'leave' | 'fall'): Printed {
    const lines: string[] = [];
    const { nodes, next } = continuation;
    for (let index = continuation.index; index < nodes.length; index += 1) {
      const node = nodes[index];
      if (node === undefined) break;
      const after: Continuation = { nodes, index: index + 1, next };
      const printed = this.#printNode(node, after, indent);
      if (this.#source.isSpaced(node.statement) && lines.length > 0 && printed.lines.length > 0)
        lines.push('');
      lines.push(...printed.lines);
      if (!printed.completes) {
        const isLast = node.kind === 'plain' && index === nodes.length - 1;
        return {
          lines: [...lines, ...(isLast ? this.#statements.closingComments(nodes, indent) : [])],
          completes: false,
        };
      }
      if ((node.kind === 'if' || node.kind === 'try') && this.#transitions.becomesStep(node, after))
        return {
          lines: [...lines, ...this.#transitions.goTo(this.#context.steps.atJoin(node, after), indent)],
          completes: false,
        };
    }
    lines.push(...this.#statements.closingComments(nodes, indent));
    if (end === 'fall') return { lines, completes: true };
    const rest = this.printEnd(next, indent);
    return { lines: [...lines, ...rest.lines], completes: rest.completes };
  }

  /** What comes behind a list that control has reached the end of. */
  printEnd(next: Continuation['next'], indent: string): Printed {
    if (next === undefined) return { lines: [`${indent}return${this.#source.semicolon}`], completes: false };
    const { join, continuation } = next;
    if (join.kind === 'loop')
      return { lines: this.#transitions.nextTurn(join, continuation, indent), completes: false };
    return join.kind === 'try'
      ? { lines: [], completes: true }
      : this.printBehind(join, continuation, indent);
  }

  /** What follows a join: its step where it is one, else the code itself. */
  printBehind(join: Exclude<Join, LoopNode>, after: Continuation, indent: string): Printed {
    if (!this.#transitions.becomesStep(join, after)) return this.printNodes(after, indent, 'leave');
    return {
      lines: this.#transitions.goTo(this.#context.steps.atJoin(join, after), indent),
      completes: false,
    };
  }

  /** One turn of a loop as an `if`, and what follows the loop behind it. */
  printTurn(loop: LoopNode, body: Continuation, after: Continuation, indent: string): Printed {
    const { unit } = this.#source;
    const place = this.#context.places.get(loop.statement);
    const condition = loopCondition(loop, place);
    const at = condition === undefined ? indent : indent + unit;
    const bound = place === undefined ? [] : [at + place.binding];
    if (place !== undefined) this.#statements.usePlace(loop.statement, place);
    const print = (): Printed => this.printNodes(body, at, 'leave');
    const printed = condition === undefined ? print() : this.#use.within(print);
    const lines = [...bound, ...printed.lines];
    const comments = this.#source.leadingComments(loop.statement, indent).map((comment) => indent + comment);
    if (condition === undefined) return { lines: [...comments, ...lines], completes: false };
    const text = typeof condition === 'string' ? condition : this.#statements.slice(condition, indent);
    const behind = this.printBehind(loop.exit, after, indent);
    return {
      lines: [...comments, `${indent}if (${text}) {`, ...lines, `${indent}}`, ...behind.lines],
      completes: behind.completes,
    };
  }

  /** A `try` around a printed part of its block, with its `catch`, and its `finally` unless the function only waits. */
  printTryAround(block: Printed, node: TryNode, after: Continuation, indent: string): Printed {
    const { catchClause, finallyBlock } = node.statement;
    const handler = catchClause === undefined ? undefined : this.#printHandler(node, after, indent);
    const flag = this.#transitions.waitsIn(node) ? this.#context.waiting.get(node) : undefined;
    const declared = flag === undefined ? [] : [`${indent}let ${flag} = false${this.#source.semicolon}`];
    const cleanup =
      finallyBlock === undefined ? [] : this.#statements.printFinally(finallyBlock, flag, indent);
    const lines = [
      ...declared,
      `${indent}try {`,
      ...block.lines,
      ...(handler?.lines ?? []),
      ...cleanup,
      `${indent}}`,
    ];
    return { lines, completes: block.completes || handler?.completes === true };
  }

  /** `} catch (error) { …` of a `try` whose block was printed. */
  #printHandler(node: TryNode, after: Continuation, indent: string): Printed {
    const { catchClause } = node.statement;
    const bound = catchClause?.variableDeclaration;
    const next = { join: node, continuation: after, isHandler: true };
    const { unit } = this.#source;
    const printed = this.#use.within(() => {
      if (bound !== undefined) this.#use.mention(bound.name);
      return this.printNodes({ nodes: node.handler, index: 0, next }, indent + unit, 'fall');
    });
    const lines =
      node.handler.length === 0
        ? this.#statements.commentsIn(catchClause?.block, indent + unit)
        : printed.lines;
    const head = bound === undefined ? 'catch' : `catch (${bound.getText()})`;
    return { lines: [`${indent}} ${head} {`, ...lines], completes: printed.completes };
  }

  get #source(): SourceText {
    return this.#context.source;
  }

  #printNode(node: FlowNode, after: Continuation, indent: string): Printed {
    switch (node.kind) {
      case 'ask':
        return { lines: this.#statements.printAsk(node, after, indent), completes: false };
      case 'if':
        return this.#printIf(node, after, indent);
      case 'try':
        return this.#printTry(node, after, indent);
      case 'loop':
        return { lines: this.#transitions.enterLoop(node, after, indent), completes: false };
      case 'jump':
        return this.#printJump(node, after, indent);
      default:
        return this.#statements.printPlain(node.statement, indent);
    }
  }

  #printIf(node: IfNode, after: Continuation, indent: string): Printed {
    const { statement } = node;
    const next = { join: node, continuation: after };
    const whenTrue = this.#printBranch(node.whenTrue, statement.thenStatement, next, indent);
    const comments = this.#statements.isAfterHead(statement)
      ? []
      : this.#source.leadingComments(statement, indent).map((comment) => indent + comment);
    const condition = this.#statements.slice(statement.expression, indent);
    const lines = [...comments, `${indent}if (${condition}) {`, ...whenTrue.lines];
    const { elseStatement } = statement;
    if (elseStatement === undefined) {
      const bare = this.#statements.printBare(node, whenTrue.lines, indent);
      if (bare !== undefined)
        return { lines: [...comments, `${indent}if (${condition})${bare}`], completes: true };
      return { lines: [...lines, `${indent}}`], completes: true };
    }
    const between = this.#source.trailingLines(statement.thenStatement, indent);
    const closing =
      between.length === 0 ? `${indent}} ` : [`${indent}}`, ...between, indent].join(this.#source.eol);
    const [only] = node.whenFalse;
    if (ts.isIfStatement(elseStatement) && node.whenFalse.length === 1 && only !== undefined) {
      const chained = this.#printNode(only, { nodes: node.whenFalse, index: 1, next }, indent);
      const [first = '', ...rest] = chained.lines;
      if (first.startsWith(`${indent}if `)) {
        return {
          lines: [...lines, `${closing}else ${first.trimStart()}`, ...rest],
          completes: whenTrue.completes || chained.completes,
        };
      }
    }
    const whenFalse = this.#printBranch(node.whenFalse, elseStatement, next, indent);
    return {
      lines: [...lines, `${closing}else {`, ...whenFalse.lines, `${indent}}`],
      completes: whenTrue.completes || whenFalse.completes,
    };
  }

  #printBranch(
    nodes: readonly FlowNode[],
    block: ts.Statement,
    next: Continuation['next'],
    indent: string,
  ): Printed {
    const inner = indent + this.#source.unit;
    const printed = this.#use.within(() => this.printNodes({ nodes, index: 0, next }, inner, 'fall'));
    return nodes.length > 0 ? printed : { ...printed, lines: this.#statements.commentsIn(block, inner) };
  }

  #printTry(node: TryNode, after: Continuation, indent: string): Printed {
    const next = { join: node, continuation: after };
    const comments = this.#source.leadingComments(node.statement, indent).map((comment) => indent + comment);
    if (node.statement.finallyBlock === undefined && entersAtOnce(node.block, 0, this.#context.checker)) {
      const bare = this.printNodes({ nodes: node.block, index: 0, next }, indent, 'fall');
      return { ...bare, lines: [...comments, ...bare.lines] };
    }
    const block = this.#printBranch(node.block, node.statement.tryBlock, next, indent);
    const printed = this.printTryAround(block, node, after, indent);
    return { ...printed, lines: [...comments, ...printed.lines] };
  }

  #printJump(node: Extract<FlowNode, { kind: 'jump' }>, from: Continuation, indent: string): Printed {
    const around = loopAround(from, node.loop);
    const comments = this.#source.leadingComments(node.statement, indent).map((comment) => indent + comment);
    if (node.to === 'next')
      return {
        lines: [...comments, ...this.#transitions.nextTurn(around.join, around.continuation, indent)],
        completes: false,
      };
    const { exit } = around.join;
    const isInside = isInTry(node.statement, node.loop);
    const printed = isInside ? undefined : this.printBehind(exit, around.continuation, indent);
    if (printed?.completes === false) return { lines: [...comments, ...printed.lines], completes: false };
    // Behind the loop is also behind the `try`, or ends at the end of one around both: it cannot be printed here.
    this.#transitions.becomesStep(exit, around.continuation);
    const step = this.#context.steps.atJoin(exit, around.continuation);
    return { lines: [...comments, ...this.#transitions.goTo(step, indent)], completes: false };
  }
}
