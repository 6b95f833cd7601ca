import { collectReferences, type Reference } from '../../engine/analyze/collect-references.ts';
import type { CarriedVariable } from '../../engine/plan/plan-carried.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { LoopField } from './loop-places.ts';

/** Where in the printed phase something stands: after what has a lower `order`, in blocks with these numbers. */
interface Place {
  readonly order: number;
  readonly region: readonly number[];
}

interface Carry extends Place {
  readonly symbol: ts.Symbol;
  readonly isWhole: boolean;
}

/** A use of a variable below a node that the phase prints. */
export interface Mention extends Reference, Place {
  readonly root: ts.Node;
}

/** What one phase mentions, so that its head can restore just that. */
export class PhaseUse {
  /** The names of the loop fields that the phase reads. */
  readonly fields = new Set<string>();
  /** Variables that the phase declares itself. */
  readonly declared = new Set<ts.Symbol>();
  readonly #nodes: (Place & { readonly node: ts.Node })[] = [];
  readonly #carried: Carry[] = [];
  /** Of all nodes, until another one is added. */
  #found: readonly Mention[] | undefined;
  #region: readonly number[] = [];
  #regions = 0;
  readonly #plan: HandlerPlan;
  readonly #checker: ts.TypeChecker;

  constructor(plan: HandlerPlan, checker: ts.TypeChecker) {
    this.#plan = plan;
    this.#checker = checker;
  }

  /** Notes what is printed, in the order in which it is. */
  mention(...nodes: readonly ts.Node[]): void {
    for (const node of nodes) this.#nodes.push({ node, ...this.#place() });
    this.#found = undefined;
  }

  /** Notes what is printed in front of everything else. */
  mentionFirst(node: ts.Node): void {
    this.#nodes.unshift({ node, order: -1, region: [] });
    this.#found = undefined;
  }

  /** Notes that a state is given the value of a variable, or some properties of it. */
  carry(symbol: ts.Symbol, isWhole: boolean): void {
    this.#carried.push({ symbol, isWhole, ...this.#place() });
  }

  /** What is printed meanwhile stands in a block of its own. */
  within<T>(print: () => T): T {
    const outer = this.#region;
    this.#regions += 1;
    this.#region = [...outer, this.#regions];
    const printed = print();
    this.#region = outer;
    return printed;
  }

  #place(): Place {
    return { order: this.#nodes.length + this.#carried.length, region: this.#region };
  }

  /** Notes a read of a variable that the original steps on: `i` of `i++`, printed as `i + 1`. */
  read(name: ts.Identifier): void {
    const symbol = this.#checker.getSymbolAtLocation(name);
    if (symbol !== undefined) this.carry(symbol, true);
  }

  isWritten(symbol: ts.Symbol): boolean {
    return this.#references().some((reference) => reference.symbol === symbol && reference.access !== 'read');
  }

  mentionsOf(symbol: ts.Symbol): readonly Mention[] {
    return this.#references().filter((reference) => reference.symbol === symbol);
  }

  carriesOf(symbol: ts.Symbol): readonly Carry[] {
    return this.#carried.filter((carried) => carried.symbol === symbol);
  }

  /** The declarations that the phase prints. */
  statements(): readonly ts.VariableStatement[] {
    return this.#nodes.map(({ node }) => node).filter(ts.isVariableStatement);
  }

  /** The `let`s of the phase that it never assigns again, and that a `const` gives the same types. */
  constantLists(): ReadonlySet<ts.VariableDeclarationList> {
    const references = this.#references().filter(({ isDeclaration }) => !isDeclaration);
    const written = new Set(references.filter(({ access }) => access !== 'read').map(({ symbol }) => symbol));
    const mentioned = new Set(references.map(({ symbol }) => symbol));
    const lists = this.statements().map(({ declarationList }) => declarationList);
    const isConstant = (declaration: ts.VariableDeclaration): boolean => {
      const symbol = this.#checker.getSymbolAtLocation(declaration.name);
      const { initializer, type } = declaration;
      if (symbol === undefined || initializer === undefined || written.has(symbol)) return false;
      return type !== undefined || !mentioned.has(symbol) || this.#keepsItsType(initializer);
    };
    return new Set(
      lists.filter(
        ({ flags, declarations }) =>
          (flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Let && declarations.every(isConstant),
      ),
    );
  }

  /** Whether a `let` takes over the type as it is, where it would widen a literal and leave `null` open. */
  #keepsItsType(initializer: ts.Expression): boolean {
    const type = this.#checker.getTypeAtLocation(initializer);
    return (
      (type.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) === 0 &&
      this.#checker.getBaseTypeOfLiteralType(type) === type
    );
  }

  /** The patterns that take what the phase needs out of the state: the constant ones, and those it assigns. */
  restored(
    carried: readonly CarriedVariable[],
    fields: readonly LoopField[],
  ): { readonly constants: readonly string[]; readonly variables: readonly string[] } {
    const references = this.#references();
    const mentioned = new Set(references.map(({ symbol }) => symbol));
    const written = new Set(
      references.filter((r) => !r.isDeclaration && r.access !== 'read').map((r) => r.symbol),
    );
    const needed = carried.filter(({ symbol }) => mentioned.has(symbol) || this.carriesOf(symbol).length > 0);
    const named = (isWritten: boolean): string[] =>
      needed.filter(({ symbol }) => written.has(symbol) === isWritten).map(({ name }) => name);
    const places = fields.map(({ name }) => name).filter((name) => this.fields.has(name));
    return { constants: [...places, ...named(false)], variables: named(true) };
  }

  /** The variables that this phase mentions but that were declared in an earlier one and not carried. */
  undeclared(
    restored: ReadonlySet<ts.Symbol>,
  ): { name: string; symbol: ts.Symbol; declaration: ts.VariableDeclaration | ts.BindingElement }[] {
    const references = this.#references();
    const declared = new Set([
      ...this.declared,
      ...references.filter((r) => r.isDeclaration).map((r) => r.symbol),
    ]);
    return [...new Set(references.map(({ symbol }) => symbol))].flatMap((symbol) => {
      const known = restored.has(symbol) || declared.has(symbol) || this.#plan.isRematerialized(symbol);
      const declaration = symbol.valueDeclaration;
      if (known || !this.#plan.isLocal(symbol) || declaration === undefined) return [];
      return ts.isVariableDeclaration(declaration) || isDeclaredInPattern(declaration)
        ? [{ name: symbol.name, symbol, declaration }]
        : [];
    });
  }

  #references(): readonly Mention[] {
    return (this.#found ??= this.#nodes.flatMap(({ node: root, order, region }) =>
      collectReferences(root, this.#checker, this.#plan.heads).map((reference) => ({
        ...reference,
        root,
        order,
        region,
      })),
    ));
  }
}

/** Part of a declaration's pattern, not of a parameter's. */
function isDeclaredInPattern(declaration: ts.Declaration): declaration is ts.BindingElement {
  return (
    ts.isBindingElement(declaration) &&
    ts.isVariableDeclaration(ts.walkUpBindingElementsAndPatterns(declaration))
  );
}
