import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { ts } from '../syntax/ts.ts';
import { code, joinCode, use } from './code.ts';
import type { Code, Variable } from './code.ts';
import { collectLinks } from './collect-links.ts';
import { computeMachineLiveness } from './compute-machine-liveness.ts';
import { emitMachine } from './emit-machine.ts';
import type { FrameLayout, Registers } from './emit-machine.ts';
import { pointNames, slotNames } from './frame-names.ts';
import { GraphBuilder } from './flow-graph.ts';
import type { BasicBlock, BlockId } from './flow-graph.ts';
import { functionName, isAsyncMachine, isPrototype } from './function-node.ts';
import type { FunctionNode } from './function-node.ts';
import { lowerExpression } from './lower-expression.ts';
import { lowerFunction } from './lower-function.ts';
import { lowerStatement } from './lower-statement.ts';
import type { Lowering } from './lowering.ts';
import { notePackageWrappers } from './note-package-wrappers.ts';
import { printNode } from './print-expression.ts';
import type { PrintContext } from './print-expression.ts';
import { arity, printClass, printFunction } from './print-function.ts';
import { hashStructure } from './hash-structure.ts';
import { isMovable } from './is-movable.ts';
import { resolveBindings } from './resolve-bindings.ts';
import type { Binding, Bindings } from './resolve-bindings.ts';
import { containsAwait } from './suspension.ts';
import { noteTimerRaces } from './timers.ts';
import { unsupported } from './unsupported.ts';

export interface FileNames {
  /** Every identifier of the file: names of our own must differ. */
  readonly all: ReadonlySet<string>;
  /** Those that the file itself declares. */
  readonly declared: ReadonlySet<string>;
  /** The members that are assigned elsewhere than in a constructor. */
  readonly assignedMembers: ReadonlySet<string>;
  /** Those that are assigned after their declaration. */
  readonly mutable: ReadonlySet<string>;
  /** Those of the assigned ones that mean one thing from some place on, for what is made there. */
  readonly settled: ReadonlyMap<string, Settlement>;
  /** Those that are given a function marked by `resumable(…)`. */
  readonly resumables: ReadonlySet<string>;
  /** Those of the assigned ones that are given a function marked by `resumable(…)`. */
  readonly reassignedResumables: ReadonlySet<string>;
}

/** Where the assignments of a variable end. */
export interface Settlement {
  /** The function, or file, that declares the variable and makes all of its assignments. */
  readonly within: ts.Node;
  /** The position after the last of them. */
  readonly end: number;
}

/** How one function or class of a unit is compiled. */
export interface FunctionPlan {
  readonly node: FunctionNode | ts.AccessorDeclaration | ts.ClassLikeDeclaration;
  /** What it shares with the functions around it. */
  readonly captured: readonly Binding[];
  /** Its suspension points by resume label; undefined for a function without any, which stays as it is. */
  readonly layouts: ReadonlyMap<BlockId, FrameLayout> | undefined;
  /** Its flow; empty for a function without suspension points. */
  readonly blocks: readonly BasicBlock[];
}

export interface CompiledUnit {
  /** The literal that replaces the function. */
  readonly code: Code;
  readonly hash: string;
  /** The marked function and those nested in it. */
  readonly plan: readonly FunctionPlan[];
  readonly notes: readonly Diagnostic[];
}

/**
 * Compiles one marked function and what is nested in it.
 * @param type the class of a method as the mark has it
 */
export function compileUnit(
  root: FunctionNode,
  id: string,
  names: FileNames,
  type?: ts.Expression,
): CompiledUnit {
  return new UnitCompiler(root, names, type).compile(id);
}

class UnitCompiler {
  readonly #root: FunctionNode;
  readonly #names: FileNames;
  /** Where `super` of a method begins to look (ECMA-262 10.2 [[HomeObject]]). */
  readonly #home: string | undefined;
  readonly #bindings: Bindings;
  readonly #registers: Registers;
  readonly #source: ts.SourceFile;
  readonly #functions: (Code | undefined)[] = [];
  /** What the slots and captured variables of a carried frame mean, function by function. */
  readonly #layouts: string[] = [];
  readonly #plan: FunctionPlan[] = [];

  constructor(root: FunctionNode, names: FileNames, type: ts.Expression | undefined) {
    this.#root = root;
    this.#home = type && homeOf(root, type);
    this.#names = names;
    this.#source = root.getSourceFile();
    this.#bindings = resolveBindings(root, names.all);
    const { fresh } = this.#bindings;
    this.#registers = {
      activation: fresh('$a'),
      pc: fresh('$pc'),
      sent: fresh('$s'),
      thrown: fresh('$e'),
      awaited: fresh('$w'),
    };
  }

  compile(id: string): CompiledUnit {
    this.#machine(this.#root, []);
    const functions = this.#functions.map((code) => code ?? []);
    const named = collectLinks(this.#root, this.#bindings, this.#names, this.#home);
    const links = [...named.values()];
    const hash = hashStructure(this.#root, [...this.#layouts, ...named.keys()]);
    const literal = code`{ id: ${JSON.stringify(id)}, hash: ${JSON.stringify(hash)}, functions: [${joinCode(functions, ',\n')}], links: [${joinCode(links, ', ')}] }`;
    const notes = [
      ...noteTimerRaces(this.#root, this.#bindings),
      ...notePackageWrappers(this.#root, this.#names.resumables),
    ];
    return { code: literal, hash, plan: this.#plan, notes };
  }

  /** Compiles `node` to a machine; returns its index in the unit. */
  #machine(node: FunctionNode, captured: Binding[]): number {
    const index = this.#reserve();
    const graph = new GraphBuilder();
    const lowering: Lowering = {
      graph,
      print: this.#context(node, captured, (binding) => isInside(binding.declaration, lowering.opaque)),
      registers: this.#registers,
      scopes: [],
      mutableGlobals: this.#names.mutable,
      declaredGlobals: this.#names.declared,
      opaque: new Set(),
      exit: undefined,
      lowerExpression: (expression) => lowerExpression(lowering, expression),
      lowerStatement: (statement, labels) => lowerStatement(lowering, statement, labels),
    };
    lowerFunction(lowering, node);
    const flow = {
      blocks: graph.blocks,
      variables: [...this.#ownVariables(node, lowering), ...graph.variables],
    };
    const { run, layouts } = emitMachine(flow, computeMachineLiveness(flow), this.#registers);
    this.#plan[index] = { node, captured, layouts, blocks: graph.blocks };
    this.#layouts[index] = carriedNames(layouts) + layoutOf(captured);
    const names = JSON.stringify(slotNames(layouts, this.#bindingsOf(node)));
    const points = JSON.stringify(pointNames(layouts));
    this.#functions[index] =
      code`{ name: ${JSON.stringify(functionName(node))}, length: ${arity(node)}, captured: ${namesOf(captured)}, names: ${names}, points: ${points}, run: ${run} }`;
    return index;
  }

  #ownVariables(node: FunctionNode, lowering: Lowering): Variable[] {
    return this.#bindingsOf(node).filter((binding) => !lowering.print.isNative(binding));
  }

  #bindingsOf(node: FunctionNode): readonly Binding[] {
    return this.#bindings.ownedBy.get(node) ?? [];
  }

  #context(owner: ts.Node, captured: Binding[], isNative: (binding: Binding) => boolean): PrintContext {
    const context: PrintContext = {
      isMachine: true,
      bindings: this.#bindings,
      source: this.#source,
      owner,
      substitutes: new Map(),
      activation: this.#registers.activation,
      isNative,
      home: this.#home,
      capture: (binding) => this.#captureSlot(binding, captured),
      closure: (node) => this.#closure(node, context),
      accessor: (node) => this.#accessor(node, context),
      classValue: (node) => this.#classValue(node, context),
    };
    return context;
  }

  #captureSlot(binding: Binding, captured: Binding[]): Code {
    if (!captured.includes(binding)) captured.push(binding);
    return [`${this.#registers.activation}.e[${captured.indexOf(binding)}]`];
  }

  /** Prints a nested function as a closure over its captured variables, which travels in the state. */
  #closure(node: FunctionNode, context: PrintContext): Code {
    const captured: Binding[] = [];
    const index = isAsyncMachine(node) ? this.#machine(node, captured) : this.#maker(node, captured);
    const created = this.#create(index, captured, context);
    if (!ts.isMethodDeclaration(node)) return created;
    const key = isPrototype(node.name) ? code`['__proto__']` : printNode(node.name, context);
    return code`${key}: ${created}`;
  }

  #accessor(node: ts.AccessorDeclaration, context: PrintContext): Code {
    const captured: Binding[] = [];
    return this.#create(this.#maker(node, captured), captured, context);
  }

  #create(index: number, captured: readonly Binding[], context: PrintContext): Code {
    const env = captured.map((binding) => this.#share(binding, context));
    return code`${this.#registers.activation}.fn(${index}, [${joinCode(env, ', ')}])`;
  }

  /** Prints a class over its captured variables. It stays in the process: objects of it cannot be carried. */
  #classValue(node: ts.ClassLikeDeclaration, context: PrintContext): Code {
    if (containsAwait(node)) throw unsupported(node, 'an `await` in the head of a class');
    const captured: Binding[] = [];
    const index = this.#reserve();
    const inner = this.#nativeContext(node, captured);
    this.#setMaker(index, node, captured, printClass(node, inner));
    const env = captured.map((binding) => this.#share(binding, context));
    return code`${this.#registers.activation}.make(${index}, [${joinCode(env, ', ')}])`;
  }

  /** The captured variable as the creator sees it: its box, or its value. */
  #share(binding: Binding, context: PrintContext): Code {
    if (context.isNative(binding)) return [binding.source];
    return binding.owner === context.owner ? use(binding) : context.capture(binding);
  }

  #maker(node: FunctionNode | ts.AccessorDeclaration, captured: Binding[]): number {
    const index = this.#reserve();
    const text = printFunction(node, this.#nativeContext(node, captured));
    this.#setMaker(index, node, captured, text);
    return index;
  }

  #reserve(): number {
    return this.#functions.push(undefined) - 1;
  }

  #setMaker(index: number, node: FunctionPlan['node'], captured: readonly Binding[], value: Code): void {
    this.#plan[index] = { node, captured, layouts: undefined, blocks: [] };
    this.#layouts[index] = layoutOf(captured);
    this.#functions[index] =
      code`{ captured: ${namesOf(captured)}, make: (${this.#registers.activation}) => ${value} }`;
  }

  /** How `owner` is printed when it stays native code. */
  #nativeContext(owner: FunctionPlan['node'], captured: Binding[]): PrintContext {
    const isOwn = ({ scope }: Binding): boolean => isInside(scope, new Set([owner]));
    const context: PrintContext = {
      ...this.#context(owner, captured, isOwn),
      isMachine: false,
      closure: (inner) =>
        isMovable(inner, owner, this.#bindings) ? this.#closure(inner, context) : undefined,
      classValue: () => undefined,
    };
    return context;
  }
}

function homeOf(method: FunctionNode, type: ts.Expression): string {
  const isStatic = (ts.getCombinedModifierFlags(method) & ts.ModifierFlags.Static) !== 0;
  return isStatic ? type.getText() : `${type.getText()}.prototype`;
}

function carriedNames(layouts: ReadonlyMap<BlockId, FrameLayout>): string {
  const names = [...layouts].map(([label, { carried }]) => [label, carried.map(({ name }) => name)]);
  return JSON.stringify(Object.fromEntries(names));
}

function namesOf(captured: readonly Binding[]): string {
  return JSON.stringify(captured.map(({ source }) => source));
}

function layoutOf(captured: readonly Binding[]): string {
  return JSON.stringify(captured.map(({ name, isBoxed }) => [name, isBoxed]));
}

function isInside(node: ts.Node, holders: ReadonlySet<ts.Node>): boolean {
  return ts.findAncestor(node, (at) => holders.has(at)) !== undefined;
}
