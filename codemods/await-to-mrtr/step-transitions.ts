import type { Join } from '../../engine/analyze/compute-liveness.ts';
import type { FlowNode, LoopNode, TryNode } from '../../engine/plan/flow-tree.ts';
import { tryAround, type Continuation } from '../../engine/plan/plan-carried.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { FlowContext } from './flow-context.ts';
import { layoutObject, quoted } from './layout.ts';
import { stepOf } from './loop-places.ts';
import type { Step } from './phase-steps.ts';
import type { PhaseUse } from './phase-use.ts';
import type { SourceText } from './source-text.ts';

/** A join whose code is this short is repeated instead of becoming a step. */
const INLINE_STATEMENTS = 2;
const INLINE_LINES = 3;

type Values = ReadonlyMap<string, (indent: string) => string>;

/** Prints how control gets from one step to another, and what the state says on the way. */
export class StepTransitions {
  /** Set once control goes from one step to another within a round. */
  entersSteps = false;
  readonly #waiting = new Set<TryNode>();
  readonly #context: FlowContext;
  readonly #use: PhaseUse;

  constructor(context: FlowContext, use: PhaseUse) {
    this.#context = context;
    this.#use = use;
  }

  get #source(): SourceText {
    return this.#context.source;
  }

  /** Something printed leaves the `try` only to wait for the client. */
  waitsIn(node: TryNode): boolean {
    return this.#waiting.has(node);
  }

  /** Notes that control leaves the `try`s around a place only for a while; the statements that say so. */
  markWaiting({ next }: Continuation, indent: string): string[] {
    if (next === undefined) return [];
    const outer = this.markWaiting(next.continuation, indent);
    const { join } = next;
    const flag = join.kind === 'try' ? this.#context.waiting.get(join) : undefined;
    if (join.kind !== 'try' || flag === undefined) return outer;
    this.#waiting.add(join);
    return [...outer, `${indent}${flag} = true${this.#source.semicolon}`];
  }

  /** `state = { step: 'next-file', files: await list(), index: 0 }; continue;` */
  enterLoop(loop: LoopNode, after: Continuation, indent: string): string[] {
    const { statement } = loop;
    const step = this.#context.steps.atHead(loop, after);
    const place = this.#context.places.get(statement);
    const values = new Map<string, (at: string) => string>();
    const lines: string[] = [];
    if (place !== undefined && ts.isForOfStatement(statement)) {
      values.set(place.index, () => '0');
      if (place.fields.length > 1) values.set(place.array, (at) => this.#slice(statement.expression, at));
    }
    const initializer = ts.isForStatement(statement) ? statement.initializer : undefined;
    if (initializer !== undefined && !ts.isVariableDeclarationList(initializer))
      lines.push(`${indent}${this.#slice(initializer, indent)}${this.#source.semicolon}`);
    if (initializer !== undefined && ts.isVariableDeclarationList(initializer)) {
      const carried = new Set(step.carried.map(({ name }) => name));
      const isData = initializer.declarations.every(
        (declaration) => carried.has(declaration.name.getText()) && declaration.initializer !== undefined,
      );
      if (!isData) lines.push(`${indent}${this.#slice(initializer, indent)}${this.#source.semicolon}`);
      for (const { name, initializer: value } of isData ? initializer.declarations : [])
        if (value !== undefined) values.set(name.getText(), (at) => this.#slice(value, at));
    }
    return [...lines, ...this.goTo(step, indent, values)];
  }

  /** Back to the head of a loop. */
  nextTurn(loop: LoopNode, after: Continuation, indent: string): string[] {
    const { statement } = loop;
    const step = this.#context.steps.atHead(loop, after);
    const place = this.#context.places.get(statement);
    if (place !== undefined) {
      this.#use.fields.add(place.index);
      return this.goTo(step, indent, new Map([[place.index, () => `${place.index} + 1`]]));
    }
    const incrementor = ts.isForStatement(statement) ? statement.incrementor : undefined;
    if (incrementor === undefined) return this.goTo(step, indent);
    const advance = stepOf(incrementor);
    if (advance !== undefined && step.carried.some(({ name }) => name === advance.name.text)) {
      this.#use.read(advance.name);
      return this.goTo(step, indent, new Map([[advance.name.text, () => advance.value]]));
    }
    const line = `${indent}${this.#slice(incrementor, indent)}${this.#source.semicolon}`;
    return [line, ...this.goTo(step, indent)];
  }

  /** `state = { step: … }; continue;` */
  goTo(step: Step, indent: string, values: Values = new Map()): string[] {
    this.entersSteps = true;
    const { semicolon } = this.#source;
    return [
      `${indent}${this.#context.names.state} = ${this.printState(step, indent, values)}${semicolon}`,
      ...this.markWaiting(step.entry.continuation, indent),
      `${indent}continue${semicolon}`,
    ];
  }

  /** `{ step: 'awaiting-x', … }` */
  printState(step: Step, indent: string, given: Values = new Map()): string {
    const fields = step.fields.map(({ name }) => {
      const value = given.get(name);
      if (value === undefined) this.#use.fields.add(name);
      return value === undefined ? { key: name } : { key: name, value };
    });
    const carried = step.carried.map(({ symbol, name, properties }) => {
      const own = given.get(name);
      if (own !== undefined) return { key: name, value: own };
      const { values } = this.#context.declarations;
      if (values.has(symbol))
        return { key: name, value: (at: string) => this.#initial(values.get(symbol), at) };
      this.#use.carry(symbol, properties === undefined);
      if (properties === undefined) return { key: name };
      const value = (at: string): string =>
        layoutObject(
          properties.map((property) => ({ key: property.name, value: () => `${name}.${property.name}` })),
          at,
          this.#source,
        );
      return { key: name, value };
    });
    const own = { key: 'step', value: () => quoted(step.name, this.#source) };
    return layoutObject([own, ...fields, ...carried], indent, this.#source);
  }

  /** A place that several ways lead to is a step of its own, unless its code is short. */
  becomesStep(join: Exclude<Join, LoopNode>, continuation: Continuation): boolean {
    return !isShort(continuation) && this.#context.isStep(join);
  }

  /** What a variable was declared with. */
  #initial(value: ts.Expression | undefined, indent: string): string {
    return value === undefined ? 'undefined' : this.#slice(value, indent);
  }

  #slice(node: ts.Node, indent: string): string {
    this.#use.mention(node);
    return this.#source.slice(node, indent, this.#context.heads);
  }
}

/** What remains up to the end of the loop or `try` around is a line or two. */
function isShort(continuation: Continuation): boolean {
  const rest: FlowNode[] = [];
  for (let at: Continuation | undefined = continuation; at !== undefined;) {
    rest.push(...at.nodes.slice(at.index));
    const { next }: Continuation = at;
    at = next?.join.kind === 'loop' || tryAround(next) !== undefined ? undefined : next?.continuation;
  }
  if (rest.some(({ kind }) => kind !== 'plain' && kind !== 'jump') || rest.length > INLINE_STATEMENTS)
    return false;
  return rest.reduce((sum, node) => sum + node.statement.getText().split('\n').length, 0) <= INLINE_LINES;
}
