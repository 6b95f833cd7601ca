import { collectReferences, type Reference } from '../../engine/analyze/collect-references.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { PhaseUse } from './phase-use.ts';
import { hasNoEffect, isInert } from './simplify/inert-expression.ts';
import type { SourceText } from './source-text.ts';

/** How a phase declares its variables where that is not as the handler did, which had them in one scope. */
export interface PhaseDeclarations {
  /** The `let`s that the phase never assigns again. */
  readonly constants: ReadonlySet<ts.VariableDeclarationList>;
  /** Declarations that the phase needs no more. */
  readonly dropped: ReadonlySet<ts.Statement>;
  /** What states say instead of a variable that is there for them only; undefined for its value before any. */
  readonly values: ReadonlyMap<ts.Symbol, ts.Expression | undefined>;
  /** The assignments that declare their variable. */
  readonly declaring: ReadonlyMap<ts.Statement, Declaring>;
}

export interface Declaring {
  readonly keyword: 'const' | 'let';
  readonly target: ts.Identifier;
  readonly symbol: ts.Symbol;
  /** The value alone does not give the variable its type. */
  readonly isTyped: boolean;
}

export const AS_WRITTEN: PhaseDeclarations = {
  constants: new Set(),
  dropped: new Set(),
  values: new Map(),
  declaring: new Map(),
};

/**
 * Plans the declarations of a phase from what it turned out to use: `const level = 0; state = { …, level }` is
 * `state = { …, level: 0 }`, and `let note; … note = go.action` is `const note = go.action`.
 * @param restored what the phase takes out of the state
 */
export function planDeclarations(
  use: PhaseUse,
  restored: ReadonlySet<ts.Symbol>,
  plan: HandlerPlan,
  source: SourceText,
  checker: ts.TypeChecker,
): PhaseDeclarations {
  const planner = new DeclarationPlanner(use, plan, checker);
  for (const { symbol } of use.undeclared(restored)) planner.declareWhereAssigned(symbol);
  for (const statement of use.statements()) {
    const hasComments =
      source.leadingComments(statement, '').length + source.trailingComments(statement).length > 0;
    if (!hasComments) planner.simplify(statement, restored);
  }
  const { dropped, values, declaring } = planner;
  return { constants: use.constantLists(), dropped, values, declaring };
}

class DeclarationPlanner {
  readonly dropped = new Set<ts.Statement>();
  readonly values = new Map<ts.Symbol, ts.Expression | undefined>();
  readonly declaring = new Map<ts.Statement, Declaring>();
  readonly #use: PhaseUse;
  readonly #plan: HandlerPlan;
  readonly #checker: ts.TypeChecker;

  constructor(use: PhaseUse, plan: HandlerPlan, checker: ts.TypeChecker) {
    this.#use = use;
    this.#plan = plan;
    this.#checker = checker;
  }

  /** A declaration of one name that is not used, or only by states, or without a value. */
  simplify(statement: ts.VariableStatement, restored: ReadonlySet<ts.Symbol>): void {
    const [declaration, ...others] = statement.declarationList.declarations;
    if (declaration === undefined || others.length > 0 || !ts.isIdentifier(declaration.name)) return;
    const symbol = this.#checker.getSymbolAtLocation(declaration.name);
    if (symbol === undefined || restored.has(symbol)) return;
    const { initializer } = declaration;
    const isMentioned = this.#use.mentionsOf(symbol).some(({ isDeclaration }) => !isDeclaration);
    const states = this.#use.carriesOf(symbol);
    if (isMentioned) {
      if (initializer === undefined && this.declareWhereAssigned(symbol)) this.dropped.add(statement);
    } else if (states.length === 0) {
      const isDead = initializer === undefined || hasNoEffect(initializer, this.#checker);
      if (isDead && this.#isUsedElsewhere(symbol)) this.dropped.add(statement);
    } else if (states.every(({ isWhole }) => isWhole) && this.#canMove(initializer, states.length)) {
      this.dropped.add(statement);
      this.values.set(symbol, initializer);
    }
  }

  /** Lets the first assignment of a variable declare it, where all that uses it can see it there. */
  declareWhereAssigned(symbol: ts.Symbol): boolean {
    const mentions = this.#use.mentionsOf(symbol).filter(({ isDeclaration }) => !isDeclaration);
    const [first, ...later] = mentions;
    const assignment = first && assignmentOf(first);
    if (first === undefined || assignment === undefined) return false;
    const { statement, target, value } = assignment;
    if (first.root !== statement || target !== first.node) return false;
    const states = this.#use.carriesOf(symbol);
    const own = mentions.filter((mention) => mention.root === statement);
    if (own.length > 1 || later.length + states.length === 0) return false;
    const isSeen = ({ order, region }: { order: number; region: readonly number[] }): boolean =>
      order > first.order && first.region.every((part, index) => region[index] === part);
    if (!later.every(isSeen) || !states.every(isSeen)) return false;
    const keyword = later.some(({ access }) => access !== 'read') ? 'let' : 'const';
    const isTyped = !this.#givesType(symbol, value, keyword, later.length > 0);
    this.declaring.set(statement, { keyword, target, symbol, isTyped });
    return true;
  }

  /** The expression may be evaluated where the state is made. */
  #canMove(initializer: ts.Expression | undefined, states: number): boolean {
    if (initializer === undefined || isPlainValue(initializer)) return true;
    return states === 1 && isMadeOfNames(initializer) && isInert(initializer, this.#checker);
  }

  /** It is declared here for another phase: what the author does not use at all is not ours to remove. */
  #isUsedElsewhere(symbol: ts.Symbol): boolean {
    return collectReferences(this.#plan.body, this.#checker).some(
      (reference) => reference.symbol === symbol && !reference.isDeclaration,
    );
  }

  #givesType(
    symbol: ts.Symbol,
    value: ts.Expression,
    keyword: 'const' | 'let',
    isMentioned: boolean,
  ): boolean {
    const checker = this.#checker;
    const declaration = symbol.valueDeclaration;
    if (declaration === undefined) return false;
    const declared = checker.getTypeOfSymbolAtLocation(symbol, declaration);
    const given = checker.getTypeAtLocation(value);
    const widened = checker.getBaseTypeOfLiteralType(given);
    const isSame = checker.typeToString(widened) === checker.typeToString(declared);
    if (keyword === 'const' && !isMentioned) return isSame || !needsContext(value);
    return isSame && (keyword === 'let' || given === widened);
  }
}

/** `x = value;` of which a mention is the target. */
function assignmentOf({
  node,
}: Reference): { statement: ts.Statement; target: ts.Identifier; value: ts.Expression } | undefined {
  const { parent } = node;
  const isAssignment =
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isAssignment && ts.isExpressionStatement(parent.parent)
    ? { statement: parent.parent, target: node, value: parent.right }
    : undefined;
}

/** A value that is nothing but itself, however often and wherever it is written. */
function isPlainValue(node: ts.Expression): boolean {
  if (ts.isArrayLiteralExpression(node)) return node.elements.length === 0;
  if (ts.isObjectLiteralExpression(node)) return node.properties.length === 0;
  if (ts.isPrefixUnaryExpression(node)) return ts.isNumericLiteral(node.operand);
  return (
    ts.isLiteralExpression(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    node.kind === ts.SyntaxKind.NullKeyword ||
    (ts.isIdentifier(node) && node.text === 'undefined')
  );
}

/** Names, plain values, and literals of them: short enough to stand in a state, and nothing that can throw. */
function isMadeOfNames(node: ts.Expression): boolean {
  if (ts.isIdentifier(node) || isPlainValue(node)) return true;
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isMadeOfNames);
  if (ts.isBinaryExpression(node))
    return (
      node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken &&
      isMadeOfNames(node.left) &&
      isMadeOfNames(node.right)
    );
  return (
    ts.isObjectLiteralExpression(node) &&
    node.properties.every(
      (property) =>
        ts.isShorthandPropertyAssignment(property) ||
        (ts.isPropertyAssignment(property) &&
          !ts.isComputedPropertyName(property.name) &&
          isMadeOfNames(property.initializer)),
    )
  );
}

/** Its type depends on what is expected where it stands. */
function needsContext(node: ts.Expression): boolean {
  return ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node) || ts.isFunctionLike(node);
}
