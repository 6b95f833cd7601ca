import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { collectReferences, isDeclaredWithin, type Reference } from '../analyze/collect-references.ts';
import { ts } from '../syntax/ts.ts';
import { spanOf } from './span-of.ts';
import { finallyOf, listsOf, type FlowNode, type LoopStatement } from './flow-tree.ts';

/**
 * Phases put the rest of a branch, loop or `try` and the code after it into one block, and code of one function into
 * several. Names must mean the same there as where they stood: reports variables whose name means something else behind
 * the block they are declared in, `var`s declared more than once, and functions used above their declaration (ECMA-262 §8.2, hoisting).
 */
export function validateScopes(
  nodes: readonly FlowNode[],
  references: readonly Reference[],
  checker: ts.TypeChecker,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  const refuse = (at: ts.Node, name: string, reason: string): void => {
    found.push(diag.nameWouldChangeMeaning(spanOf(at), { name, reason }));
  };
  for (const { symbol, node, isDeclaration } of references) {
    const [first, second] = symbol.declarations ?? [];
    if (isDeclaration && second !== undefined && node.parent === first && ts.isVariableDeclaration(first))
      refuse(second, symbol.name, 'it is declared more than once');
  }
  const visit = (list: readonly FlowNode[], following: readonly ts.Node[]): void => {
    list.forEach((node, index) => {
      const hoisted = node.kind === 'plain' ? nameUsedAbove(node.statement, references) : undefined;
      if (hoisted !== undefined) refuse(hoisted, hoisted.text, 'it is used above its declaration');
      const after = [...list.slice(index + 1).map(({ statement }) => statement), ...following];
      const cleanup = finallyOf(node)?.statements ?? [];
      for (const branch of listsOf(node)) {
        const behind =
          node.kind === 'try' && branch === node.block
            ? [...statementsOf(node.handler), ...cleanup, ...after]
            : [...cleanup, ...after];
        const header = node.kind === 'loop' ? headerOf(node.statement) : [];
        for (const { at, name } of clashes([...header, ...statementsOf(branch)], behind, checker))
          refuse(at, name, 'after the block it is something else');
        visit(branch, behind);
      }
    });
  };
  visit(nodes, []);
  return found;
}

function nameUsedAbove(statement: ts.Statement, references: readonly Reference[]): ts.Identifier | undefined {
  if (!ts.isFunctionDeclaration(statement)) return undefined;
  const isUse = ({ symbol, node }: Reference): boolean =>
    symbol.valueDeclaration === statement && node.pos < statement.pos;
  return references.some(isUse) ? statement.name : undefined;
}

function statementsOf(nodes: readonly FlowNode[]): readonly ts.Node[] {
  return nodes.some(({ kind }) => kind !== 'plain') ? nodes.map(({ statement }) => statement) : [];
}

/** What declares the variables of a loop. */
function headerOf(loop: LoopStatement): readonly ts.Node[] {
  if (ts.isWhileStatement(loop) || loop.initializer === undefined) return [];
  return ts.isVariableDeclarationList(loop.initializer) ? [loop.initializer] : [];
}

/** The names declared in a block with asks that the code after it uses for something else. */
function clashes(
  block: readonly ts.Node[],
  after: readonly ts.Node[],
  checker: ts.TypeChecker,
): { at: ts.Node; name: string }[] {
  const later = after.flatMap((statement) =>
    collectReferences(statement, checker).filter(
      ({ symbol }) =>
        !isDeclaredWithin(symbol, statement) ||
        (!ts.isIterationStatement(statement, false) && isDeclaredDirectly(symbol, statement)),
    ),
  );
  return block.flatMap((statement) =>
    collectReferences(statement, checker)
      .filter(({ symbol, isDeclaration }) => isDeclaration && isDeclaredDirectly(symbol, statement))
      .filter(({ symbol }) => later.some((use) => use.symbol !== symbol && use.symbol.name === symbol.name))
      .map(({ node, symbol }) => ({ at: node, name: symbol.name })),
  );
}

/** Declared by the statement itself, not in a block or function inside it. */
function isDeclaredDirectly(symbol: ts.Symbol, statement: ts.Node): boolean {
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined) return false;
  if (declaration === statement) return true;
  const owner = ts.isBindingElement(declaration)
    ? ts.walkUpBindingElementsAndPatterns(declaration)
    : declaration;
  return ts.isVariableDeclaration(owner) && (owner.parent.parent === statement || owner.parent === statement);
}
