import { collectReferences } from '../../engine/analyze/collect-references.ts';
import type { IfNode } from '../../engine/analyze/compute-liveness.ts';
import { contains } from '../../engine/plan/build-flow-tree.ts';
import { canComplete } from '../../engine/plan/can-complete.ts';
import type { AskPoint, FlowNode } from '../../engine/plan/flow-tree.ts';
import {
  planCarried,
  remainingNodes,
  type CarriedVariable,
  type Continuation,
} from '../../engine/plan/plan-carried.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { ImportRequest } from '../edits.ts';
import { layoutCall, layoutObject, quoted } from './layout.ts';
import { printRequest, readerOf } from './print-ask.ts';
import { declarationHead, type HandlerNames } from './print-guard.ts';
import { printStateType } from './print-state-type.ts';
import type { PrintedType } from './print-type.ts';
import type { SourceText } from './source-text.ts';
import { joinName, kebab } from './step-names.ts';

/** Where a phase begins: after an answer, or where two branches meet again. */
type Entry =
  | {
      readonly kind: 'answer';
      readonly ask: AskPoint;
      readonly statement: ts.Statement;
      readonly continuation: Continuation;
    }
  | { readonly kind: 'join'; readonly join: IfNode; readonly continuation: Continuation };

interface Step {
  readonly name: string;
  readonly entry: Entry;
  readonly carried: readonly CarriedVariable[];
}

/** What one phase mentions, so that its head can restore just that. */
interface PhaseUse {
  readonly nodes: ts.Node[];
  readonly carried: Set<ts.Symbol>;
}

/** A join whose code is this short is repeated instead of becoming a step. */
const INLINE_STATEMENTS = 2;
const INLINE_LINES = 3;

/** Prints the phases of one handler; a new one for every pass over the plan. */
export class PhasesPrinter {
  readonly #steps = new Map<AskPoint | IfNode, Step>();
  readonly #pending: Step[] = [];
  readonly #usedNames = new Set<string>();
  /** The variables that hold the answers of asks moved in front of their statement. */
  readonly #heads: ReadonlyMap<ts.Node, string>;
  #use: PhaseUse = { nodes: [], carried: new Set() };
  #loops = false;

  readonly #plan: HandlerPlan;
  readonly #source: SourceText;
  readonly #names: HandlerNames;
  readonly #checker: ts.TypeChecker;
  readonly #typeText: (type: ts.Type) => PrintedType;
  readonly #isStep: (join: IfNode) => boolean;
  readonly #imports: ImportRequest[] = [];

  constructor(
    plan: HandlerPlan,
    source: SourceText,
    names: HandlerNames,
    checker: ts.TypeChecker,
    typeText: (type: ts.Type) => PrintedType,
    heads: ReadonlyMap<ts.Node, string>,
    isStep: (join: IfNode) => boolean,
  ) {
    this.#plan = plan;
    this.#source = source;
    this.#names = names;
    this.#checker = checker;
    this.#typeText = typeText;
    this.#isStep = isStep;
    this.#heads = heads;
  }

  printBody(): string {
    const { unit, eol, semicolon } = this.#source;
    const base = this.#bodyIndent();
    // Whether a loop is needed is known only after all phases are printed, so they are printed once to see.
    this.#printSwitch(base);
    const { state, stateType, context } = this.#names;
    const read = `${context}.mcpReq.requestState<${stateType}>()`;
    const head = `${base}${this.#loops ? 'let' : 'const'} ${state} = ${read}${semicolon}`;
    if (!this.#loops) return [head, ...this.#printSwitch(base)].join(eol);
    return [head, `${base}for (;;) {`, ...this.#printSwitch(base + unit), `${base}}`].join(eol);
  }

  /** Prints every phase once and keeps nothing: each join is met once for every place that leads to it. */
  visitPhases(): void {
    this.#printSwitch(this.#bodyIndent());
  }

  printStateType(): { text: string; imports: ImportRequest[] } {
    const printed = printStateType(
      [...this.#steps.values()],
      this.#plan,
      this.#names.stateType,
      this.#source,
      this.#checker,
      this.#typeText,
    );
    return { text: printed.text, imports: [...this.#imports, ...printed.imports] };
  }

  #bodyIndent(): string {
    const first = this.#plan.nodes[0];
    return first === undefined ? this.#source.unit : this.#source.indentOf(first.statement);
  }

  #printSwitch(indent: string): string[] {
    const { unit } = this.#source;
    this.#pending.length = 0;
    this.#steps.clear();
    this.#usedNames.clear();
    const caseIndent = indent + unit;
    const lines = [`${indent}switch (${this.#names.state}?.step) {`];
    const start: Continuation = {
      nodes: this.#plan.nodes,
      index: this.#plan.preambleLength,
      next: undefined,
    };
    lines.push(...this.#printCase('undefined', caseIndent, (at) => this.#printEntry(start, at)));
    for (let step = this.#pending.shift(); step !== undefined; step = this.#pending.shift()) {
      const current = step;
      lines.push(
        ...this.#printCase(quoted(current.name, this.#source), caseIndent, (at) =>
          this.#printStep(current, at),
        ),
      );
    }
    lines.push(`${indent}}`);
    return lines;
  }

  #printCase(label: string, indent: string, body: (indent: string) => string[]): string[] {
    return [`${indent}case ${label}: {`, ...body(indent + this.#source.unit), `${indent}}`];
  }

  #printEntry(continuation: Continuation, indent: string): string[] {
    this.#use = { nodes: [], carried: new Set() };
    const body = this.#printNodes(continuation, indent, 'leave').lines;
    return [...this.#redeclare(new Set(), indent), ...body];
  }

  /** A case that a later round enters: restores what was carried, binds the answer, goes on. */
  #printStep(step: Step, indent: string): string[] {
    this.#use = { nodes: [], carried: new Set() };
    const { entry } = step;
    const binding = entry.kind === 'answer' ? this.#bindAnswer(entry, indent) : [];
    const body = this.#printNodes(entry.continuation, indent, 'leave').lines;
    const restored = this.#restore(step, indent);
    const declared = new Set(step.carried.map(({ symbol }) => symbol));
    return [...restored, ...this.#redeclare(declared, indent), ...binding, ...body];
  }

  #bindAnswer(entry: Extract<Entry, { kind: 'answer' }>, indent: string): string[] {
    const { ask, statement } = entry;
    const read = `${readerOf(ask.site)}(${this.#names.context}, ${quoted(ask.key, this.#source)})${this.#source.semicolon}`;
    const { use } = ask;
    const trailing =
      use.form === 'head' ? [] : this.#source.trailingComments(statement).map((comment) => ` ${comment}`);
    const tail = trailing.join('');
    switch (use.form) {
      case 'declare':
        this.#use.nodes.push(use.declaration.name);
        return [`${indent}${declarationHead(use.list, use.declaration)} = ${read}${tail}`];
      case 'assign':
        this.#use.nodes.push(use.target.parent);
        return [`${indent}${use.target.text} = ${read}${tail}`];
      case 'discard':
        return [`${indent}${read}${tail}`];
      default:
        return [`${indent}const ${this.#heads.get(use.awaited)} = ${read}`];
    }
  }

  #restore(step: Step, indent: string): string[] {
    const mentioned = new Set(this.#referencedSymbols());
    const needed = step.carried.filter(
      ({ symbol }) => mentioned.has(symbol) || this.#use.carried.has(symbol),
    );
    const written = this.#writtenSymbols();
    const declare = (keyword: string, variables: readonly CarriedVariable[]): string[] => {
      if (variables.length === 0) return [];
      const pattern = variables.map(({ name }) => name).join(', ');
      return [`${indent}${keyword} { ${pattern} } = ${this.#names.state}${this.#source.semicolon}`];
    };
    return [
      ...declare(
        'const',
        needed.filter(({ symbol }) => !written.has(symbol)),
      ),
      ...declare(
        'let',
        needed.filter(({ symbol }) => written.has(symbol)),
      ),
    ];
  }

  /** Declares again the variables that this phase assigns but that were declared in an earlier one. */
  #redeclare(restored: ReadonlySet<ts.Symbol>, indent: string): string[] {
    const declared = new Set(
      this.#use.nodes.flatMap((node) =>
        collectReferences(node, this.#checker, this.#plan.heads)
          .filter((r) => r.isDeclaration)
          .map((r) => r.symbol),
      ),
    );
    const lines: string[] = [];
    for (const symbol of new Set(this.#referencedSymbols())) {
      const { valueDeclaration } = symbol;
      if (
        restored.has(symbol) ||
        declared.has(symbol) ||
        !this.#plan.isLocal(symbol) ||
        this.#plan.isRematerialized(symbol)
      )
        continue;
      if (valueDeclaration === undefined || !ts.isVariableDeclaration(valueDeclaration)) continue;
      const type = valueDeclaration.type?.getText() ?? this.#inferredType(symbol, valueDeclaration);
      lines.push(`${indent}let ${symbol.name}: ${type}${this.#source.semicolon}`);
    }
    return lines;
  }

  #inferredType(symbol: ts.Symbol, declaration: ts.VariableDeclaration): string {
    const printed = this.#typeText(this.#checker.getTypeOfSymbolAtLocation(symbol, declaration));
    this.#imports.push(...printed.imports);
    return printed.text;
  }

  #referencedSymbols(): ts.Symbol[] {
    return this.#use.nodes.flatMap((node) =>
      collectReferences(node, this.#checker, this.#plan.heads).map((r) => r.symbol),
    );
  }

  #writtenSymbols(): Set<ts.Symbol> {
    const references = this.#use.nodes.flatMap((node) =>
      collectReferences(node, this.#checker, this.#plan.heads),
    );
    return new Set(references.filter((r) => !r.isDeclaration && r.access !== 'read').map((r) => r.symbol));
  }

  /**
   * Prints the rest of a statement list. `leave`: its end is the end of the phase's straight path, so what follows in the
   * enclosing lists is entered there; `fall`: the printed code is nested in an `if`, after which that follows anyway.
   */
  #printNodes(
    continuation: Continuation,
    indent: string,
    end: 'leave' | 'fall',
  ): { lines: string[]; completes: boolean } {
    const lines: string[] = [];
    const { nodes, next } = continuation;
    for (let index = continuation.index; index < nodes.length; index += 1) {
      const node = nodes[index];
      if (node === undefined) break;
      const after: Continuation = { nodes, index: index + 1, next };
      const printed = this.#printNode(node, after, indent);
      if (printed.spaced && lines.length > 0) lines.push('');
      lines.push(...printed.lines);
      if (!printed.completes) {
        const closing =
          node.kind === 'plain' && index === nodes.length - 1 ? this.#closingComments(nodes, indent) : [];
        return { lines: [...lines, ...closing], completes: false };
      }
      if (node.kind === 'if' && this.#becomesStep(node, after))
        return { lines: [...lines, ...this.#goTo(node, after, indent)], completes: false };
    }
    lines.push(...this.#closingComments(nodes, indent));
    if (end === 'fall') return { lines, completes: true };
    if (next === undefined) {
      lines.push(`${indent}return${this.#source.semicolon}`);
      return { lines, completes: false };
    }
    if (this.#becomesStep(next.join, next.continuation)) {
      return { lines: [...lines, ...this.#goTo(next.join, next.continuation, indent)], completes: false };
    }
    const rest = this.#printNodes(next.continuation, indent, 'leave');
    return { lines: [...lines, ...rest.lines], completes: false };
  }

  /** The comments between the last statement of a list and the brace that closes its block. */
  #closingComments(nodes: readonly FlowNode[], indent: string): string[] {
    const block = nodes === this.#plan.nodes ? this.#plan.body : nodes.at(-1)?.statement.parent;
    if (block === undefined || !ts.isBlock(block)) return [];
    return this.#source.closingComments(block, indent).map((comment) => indent + comment);
  }

  #printNode(
    node: FlowNode,
    after: Continuation,
    indent: string,
  ): { lines: string[]; completes: boolean; spaced: boolean } {
    const spaced = this.#source.isSpaced(node.statement);
    if (node.kind === 'ask') return { lines: this.#printAsk(node, after, indent), completes: false, spaced };
    if (node.kind === 'if') return { ...this.#printIf(node, after, indent), spaced };
    this.#use.nodes.push(node.statement);
    const { statement } = node;
    const text = this.#isAfterHead(statement)
      ? [
          this.#source.slice(statement, indent, this.#heads),
          ...this.#source.trailingComments(statement),
        ].join(' ')
      : this.#source.piece(statement, indent, this.#heads);
    return { lines: [indent + text], completes: canComplete(statement), spaced };
  }

  #printAsk(node: Extract<FlowNode, { kind: 'ask' }>, after: Continuation, indent: string): string[] {
    const { ask, statement } = node;
    const entry: Entry = { kind: 'answer', ask, statement, continuation: after };
    const live = this.#plan.liveness.afterAsk.get(ask) ?? new Set();
    const step = this.#step(ask, entry, `awaiting-${kebab(ask.key)}`, live);
    this.#use.nodes.push(...ask.site.call.arguments);
    const asking = layoutCall(
      `${this.#names.requestState}.ask<${this.#names.stateType}>`,
      [
        () => this.#names.context,
        (at) =>
          layoutObject(
            [{ key: ask.key, value: (inner) => printRequest(ask.site, this.#source, inner) }],
            at,
            this.#source,
          ),
        (at) => this.#printState(step, at),
      ],
      indent,
      this.#source,
    );
    const comments = this.#source.leadingComments(statement, indent).map((comment) => indent + comment);
    return [...comments, `${indent}return ${asking}${this.#source.semicolon}`];
  }

  #printState(step: Step, indent: string): string {
    for (const { symbol } of step.carried) this.#use.carried.add(symbol);
    const fields = step.carried.map((variable) => {
      if (variable.properties === undefined) return { key: variable.name };
      const { properties, name } = variable;
      const value = (at: string): string =>
        layoutObject(
          properties.map((property) => ({ key: property.name, value: () => `${name}.${property.name}` })),
          at,
          this.#source,
        );
      return { key: name, value };
    });
    return layoutObject(
      [{ key: 'step', value: () => quoted(step.name, this.#source) }, ...fields],
      indent,
      this.#source,
    );
  }

  #printIf(node: IfNode, after: Continuation, indent: string): { lines: string[]; completes: boolean } {
    const { statement } = node;
    const { unit } = this.#source;
    const next = { join: node, continuation: after };
    this.#use.nodes.push(statement.expression);
    const branch = (
      nodes: readonly FlowNode[],
      block: ts.Statement,
    ): { lines: string[]; completes: boolean } => {
      const printed = this.#printNodes({ nodes, index: 0, next }, indent + unit, 'fall');
      if (nodes.length > 0 || !ts.isBlock(block)) return printed;
      const comments = this.#source.closingComments(block, indent + unit);
      return { ...printed, lines: comments.map((comment) => indent + unit + comment) };
    };
    const whenTrue = branch(node.whenTrue, statement.thenStatement);
    const comments = this.#isAfterHead(statement)
      ? []
      : this.#source.leadingComments(statement, indent).map((c) => indent + c);
    const condition = this.#source.slice(statement.expression, indent, this.#heads);
    const lines = [...comments, `${indent}if (${condition}) {`, ...whenTrue.lines];
    const { elseStatement } = statement;
    if (elseStatement === undefined) return { lines: [...lines, `${indent}}`], completes: true };
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
    const whenFalse = branch(node.whenFalse, elseStatement);
    return {
      lines: [...lines, `${closing}else {`, ...whenFalse.lines, `${indent}}`],
      completes: whenTrue.completes || whenFalse.completes,
    };
  }

  /** `state = { step: … }; continue;`: the rest of the handler goes on in a case that two places share. */
  #goTo(join: IfNode, continuation: Continuation, indent: string): string[] {
    this.#loops = true;
    const live = this.#plan.liveness.atJoin.get(join) ?? new Set();
    const step = this.#step(join, { kind: 'join', join, continuation }, joinName(join), live);
    const { semicolon } = this.#source;
    return [
      `${indent}${this.#names.state} = ${this.#printState(step, indent)}${semicolon}`,
      `${indent}continue${semicolon}`,
    ];
  }

  #becomesStep(join: IfNode, continuation: Continuation): boolean {
    return !this.#isShort(continuation) && this.#isStep(join);
  }

  #isShort(continuation: Continuation): boolean {
    const rest = remainingNodes(continuation);
    if (rest.some((node) => node.kind !== 'plain') || rest.length > INLINE_STATEMENTS) return false;
    return rest.reduce((sum, node) => sum + node.statement.getText().split('\n').length, 0) <= INLINE_LINES;
  }

  #step(key: AskPoint | IfNode, entry: Entry, baseName: string, live: ReadonlySet<ts.Symbol>): Step {
    const known = this.#steps.get(key);
    if (known !== undefined) return known;
    let name = baseName;
    for (let ordinal = 2; this.#usedNames.has(name); ordinal += 1) name = `${baseName}-${ordinal}`;
    this.#usedNames.add(name);
    const carried = planCarried(this.#plan, live, entry.continuation, this.#checker);
    const step: Step = { name, entry, carried };
    this.#steps.set(key, step);
    this.#pending.push(step);
    return step;
  }

  /** Its comments were printed with the ask that moved in front of it. */
  #isAfterHead(statement: ts.Statement): boolean {
    const own = ts.isIfStatement(statement) ? statement.expression : statement;
    return [...this.#heads.keys()].some((awaited) => contains(own, awaited));
  }
}
