import type { Join } from '../../engine/analyze/compute-liveness.ts';
import { contains } from '../../engine/plan/build-flow-tree.ts';
import { canComplete } from '../../engine/plan/can-complete.ts';
import type { FlowNode, IfNode, LoopNode, LoopStatement, TryNode } from '../../engine/plan/flow-tree.ts';
import { loopAround, type Continuation } from '../../engine/plan/plan-carried.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { entersAtOnce } from './enters-at-once.ts';
import type { FlowContext } from './flow-context.ts';
import { layoutCall, layoutObject } from './layout.ts';
import { loopCondition, type LoopPlace } from './loop-places.ts';
import type { PhaseUse } from './phase-use.ts';
import { printRequest } from './print-ask.ts';
import { isInTry } from './print-guard.ts';
import type { SourceText, Substitutions } from './source-text.ts';
import { StepTransitions } from './step-transitions.ts';

/** Printed statements, and whether control reaches their end. */
export interface Printed {
  readonly lines: string[];
  readonly completes: boolean;
}

/** Prints the statements of one phase: up to the asks that end it, and into the steps that others share with it. */
export class FlowPrinter {
  readonly #context: FlowContext;
  readonly #use: PhaseUse;
  readonly #transitions: StepTransitions;

  constructor(context: FlowContext, use: PhaseUse) {
    this.#context = context;
    this.#use = use;
    this.#transitions = new StepTransitions(context, use);
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
          lines: [...lines, ...(isLast ? this.#closingComments(nodes, indent) : [])],
          completes: false,
        };
      }
      if ((node.kind === 'if' || node.kind === 'try') && this.#transitions.becomesStep(node, after))
        return {
          lines: [...lines, ...this.#transitions.goTo(this.#context.steps.atJoin(node, after), indent)],
          completes: false,
        };
    }
    lines.push(...this.#closingComments(nodes, indent));
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
    if (place !== undefined) this.#usePlace(loop.statement, place);
    const print = (): Printed => this.printNodes(body, at, 'leave');
    const printed = condition === undefined ? print() : this.#use.within(print);
    const lines = [...bound, ...printed.lines];
    const comments = this.#source.leadingComments(loop.statement, indent).map((comment) => indent + comment);
    if (condition === undefined) return { lines: [...comments, ...lines], completes: false };
    const text = typeof condition === 'string' ? condition : this.#slice(condition, indent);
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
    const cleanup = finallyBlock === undefined ? [] : this.#printFinally(finallyBlock, flag, indent);
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

  #printFinally(block: ts.Block, flag: string | undefined, indent: string): string[] {
    this.#use.mention(block);
    const { unit } = this.#source;
    const at = flag === undefined ? indent + unit : indent + unit + unit;
    const statements = block.statements.map(
      (statement) => at + this.#source.piece(statement, at, this.#context.heads),
    );
    const lines = [...statements, ...this.#commentsIn(block, at)];
    const head = `${indent}} finally {`;
    if (flag === undefined) return [head, ...lines];
    return [head, `${indent + unit}if (!${flag}) {`, ...lines, `${indent + unit}}`];
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
      node.handler.length === 0 ? this.#commentsIn(catchClause?.block, indent + unit) : printed.lines;
    const head = bound === undefined ? 'catch' : `catch (${bound.getText()})`;
    return { lines: [`${indent}} ${head} {`, ...lines], completes: printed.completes };
  }

  get #source(): SourceText {
    return this.#context.source;
  }

  #printNode(node: FlowNode, after: Continuation, indent: string): Printed {
    switch (node.kind) {
      case 'ask':
        return { lines: this.#printAsk(node, after, indent), completes: false };
      case 'if':
        return this.#printIf(node, after, indent);
      case 'try':
        return this.#printTry(node, after, indent);
      case 'loop':
        return { lines: this.#transitions.enterLoop(node, after, indent), completes: false };
      case 'jump':
        return this.#printJump(node, after, indent);
      default:
        return this.#printPlain(node.statement, indent);
    }
  }

  #printPlain(statement: ts.Statement, indent: string): Printed {
    const { dropped } = this.#context.declarations;
    if (dropped.has(statement)) return { lines: [], completes: true };
    this.#use.mention(statement);
    const substitutions = this.#declared(statement);
    const text = this.#isAfterHead(statement)
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

  #printAsk(node: Extract<FlowNode, { kind: 'ask' }>, after: Continuation, indent: string): string[] {
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

  #printIf(node: IfNode, after: Continuation, indent: string): Printed {
    const { statement } = node;
    const next = { join: node, continuation: after };
    const whenTrue = this.#printBranch(node.whenTrue, statement.thenStatement, next, indent);
    const comments = this.#isAfterHead(statement)
      ? []
      : this.#source.leadingComments(statement, indent).map((comment) => indent + comment);
    const condition = this.#slice(statement.expression, indent);
    const lines = [...comments, `${indent}if (${condition}) {`, ...whenTrue.lines];
    const { elseStatement } = statement;
    if (elseStatement === undefined) {
      const bare = this.#printBare(node, whenTrue.lines, indent);
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

  /** What an `if` without braces does, where that is still one statement. */
  #printBare({ statement, whenTrue }: IfNode, lines: readonly string[], indent: string): string | undefined {
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

  #printBranch(
    nodes: readonly FlowNode[],
    block: ts.Statement,
    next: Continuation['next'],
    indent: string,
  ): Printed {
    const inner = indent + this.#source.unit;
    const printed = this.#use.within(() => this.printNodes({ nodes, index: 0, next }, inner, 'fall'));
    return nodes.length > 0 ? printed : { ...printed, lines: this.#commentsIn(block, inner) };
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

  #usePlace(loop: LoopStatement, { index, array, fields }: LoopPlace): void {
    this.#use.fields.add(index);
    if (fields.length > 1) this.#use.fields.add(array);
    else if (ts.isForOfStatement(loop)) this.#use.mention(loop.expression);
    if (ts.isForOfStatement(loop)) this.#use.mention(loop.initializer);
  }

  #slice(node: ts.Node, indent: string): string {
    this.#use.mention(node);
    return this.#source.slice(node, indent, this.#context.heads);
  }

  /** The comments between the last statement of a list and the brace that closes its block. */
  #closingComments(nodes: readonly FlowNode[], indent: string): string[] {
    const { plan } = this.#context;
    return this.#commentsIn(nodes === plan.nodes ? plan.body : nodes.at(-1)?.statement.parent, indent);
  }

  #commentsIn(block: ts.Node | undefined, indent: string): string[] {
    if (block === undefined || !ts.isBlock(block)) return [];
    return this.#source.closingComments(block, indent).map((comment) => indent + comment);
  }

  /** Its comments were printed with the ask that moved in front of it. */
  #isAfterHead(statement: ts.Statement): boolean {
    const own = ts.isIfStatement(statement) ? statement.expression : statement;
    return [...this.#context.heads.keys()].some((awaited) => contains(own, awaited));
  }
}
