import { collectReferences, type Reference } from '../../engine/analyze/collect-references.ts';
import type { CarriedVariable } from '../../engine/plan/plan-carried.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { LoopField } from './loop-places.ts';

/** What one phase mentions, so that its head can restore just that. */
export class PhaseUse {
  readonly nodes: ts.Node[] = [];
  readonly carried = new Set<ts.Symbol>();
  /** The names of the loop fields that the phase reads. */
  readonly fields = new Set<string>();
  /** Variables that the phase declares itself. */
  readonly declared = new Set<ts.Symbol>();
  readonly #plan: HandlerPlan;
  readonly #checker: ts.TypeChecker;

  constructor(plan: HandlerPlan, checker: ts.TypeChecker) {
    this.#plan = plan;
    this.#checker = checker;
  }

  /** Notes a read of a variable that the original steps on: `i` of `i++`, printed as `i + 1`. */
  read(name: ts.Identifier): void {
    const symbol = this.#checker.getSymbolAtLocation(name);
    if (symbol !== undefined) this.carried.add(symbol);
  }

  isWritten(symbol: ts.Symbol): boolean {
    return this.#references().some((reference) => reference.symbol === symbol && reference.access !== 'read');
  }

  /** The `let`s of the phase that it never assigns again, and that a `const` gives the same types. */
  constantLists(): ReadonlySet<ts.VariableDeclarationList> {
    const references = this.#references().filter(({ isDeclaration }) => !isDeclaration);
    const written = new Set(references.filter(({ access }) => access !== 'read').map(({ symbol }) => symbol));
    const mentioned = new Set(references.map(({ symbol }) => symbol));
    const lists = this.nodes.flatMap((node) => (ts.isVariableStatement(node) ? [node.declarationList] : []));
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
    const needed = carried.filter(({ symbol }) => mentioned.has(symbol) || this.carried.has(symbol));
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

  #references(): Reference[] {
    return this.nodes.flatMap((node) => collectReferences(node, this.#checker, this.#plan.heads));
  }
}

/** Part of a declaration's pattern, not of a parameter's. */
function isDeclaredInPattern(declaration: ts.Declaration): declaration is ts.BindingElement {
  return (
    ts.isBindingElement(declaration) &&
    ts.isVariableDeclaration(ts.walkUpBindingElementsAndPatterns(declaration))
  );
}
