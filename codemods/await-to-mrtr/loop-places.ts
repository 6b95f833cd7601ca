import {
  loopVariable,
  listsOf,
  type FlowNode,
  type LoopNode,
  type LoopStatement,
} from '../../engine/plan/flow-tree.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { propertyNamesOf } from './fresh-names.ts';
import type { SourceText } from './source-text.ts';

/** A property of the state that says where a loop stands. */
export interface LoopField {
  readonly name: string;
  readonly type: ts.Type | 'number';
}

/** How the elements of a `for…of` loop are read. */
export interface LoopPlace {
  readonly index: string;
  /** The array: a name of its own in the state, or the text of the loop's expression. */
  readonly array: string;
  /** What the state carries for this loop besides the variables of the program. */
  readonly fields: readonly LoopField[];
  /** `const file = files[index]`. */
  readonly binding: string;
}

/** Names what the states of a handler need for its `for…of` loops. */
export function planLoopPlaces(
  plan: HandlerPlan,
  source: SourceText,
  fresh: (base: string) => string,
  checker: ts.TypeChecker,
  checksIndexedAccess: boolean,
): ReadonlyMap<LoopStatement, LoopPlace> {
  const loops = arrayLoops(plan.nodes);
  const properties = propertyNamesOf(plan.root.fn);
  const nameArray = (variable: string): string => {
    const name = plural(variable);
    // `paths` of `result.paths` is free, once.
    if (properties.delete(name)) return name;
    const given = fresh(name);
    return given === name ? name : fresh(`${variable}List`);
  };
  return new Map(
    loops.map((loop): [LoopStatement, LoopPlace] => {
      const declaration = loopVariable(loop);
      const variable =
        declaration !== undefined && ts.isIdentifier(declaration.name) ? declaration.name.text : 'item';
      const index = fresh(loops.length === 1 ? 'index' : `${variable}Index`);
      const isHoisted = plan.hoisted.has(loop);
      const array = isHoisted ? nameArray(variable) : loop.expression.getText();
      const type = checker.getTypeAtLocation(loop.expression);
      const fields: LoopField[] = [
        ...(isHoisted ? [{ name: array, type }] : []),
        { name: index, type: 'number' },
      ];
      const known = checksIndexedAccess && source.isTyped ? assertion(type, checker) : '';
      const binding = `${loop.initializer.getText()} = ${array}[${index}]${known}${source.semicolon}`;
      return [loop, { index, array, fields, binding }];
    }),
  );
}

function arrayLoops(nodes: readonly FlowNode[]): ts.ForOfStatement[] {
  return nodes.flatMap((node) => {
    const own = node.kind === 'loop' && ts.isForOfStatement(node.statement) ? [node.statement] : [];
    return [...own, ...listsOf(node).flatMap(arrayLoops)];
  });
}

/** The index is inside of the array, which a project that checks indexed access has to be told. */
function assertion(array: ts.Type, checker: ts.TypeChecker): string {
  const element = checker.getIndexTypeOfType(array, ts.IndexKind.Number);
  if (element === undefined || (element.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0) return '';
  return checker.getNonNullableType(element) === element ? '!' : ` as ${checker.typeToString(element)}`;
}

function plural(name: string): string {
  if (/(s|x|z|ch|sh)$/.test(name)) return `${name}es`;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}

/** The text of a loop's condition; undefined for one that only a jump ends. */
export function loopCondition(
  loop: LoopNode,
  place: LoopPlace | undefined,
): ts.Expression | string | undefined {
  const { statement } = loop;
  if (ts.isForOfStatement(statement)) return place && `${place.index} < ${place.array}.length`;
  if (ts.isForStatement(statement)) return statement.condition;
  return statement.expression.kind === ts.SyntaxKind.TrueKeyword ? undefined : statement.expression;
}

/** `i++` as the value that `i` has in the next turn; undefined for anything else. */
export function stepOf(
  incrementor: ts.Expression | undefined,
): { name: ts.Identifier; value: string } | undefined {
  if (incrementor === undefined) return undefined;
  if (ts.isPostfixUnaryExpression(incrementor) || ts.isPrefixUnaryExpression(incrementor)) {
    const { operand, operator } = incrementor;
    const sign = STEPS.get(operator);
    return sign !== undefined && ts.isIdentifier(operand)
      ? { name: operand, value: `${operand.text} ${sign} 1` }
      : undefined;
  }
  if (!ts.isBinaryExpression(incrementor) || !ts.isIdentifier(incrementor.left)) return undefined;
  const sign = STEPS.get(incrementor.operatorToken.kind);
  return sign !== undefined && ts.isNumericLiteral(incrementor.right)
    ? { name: incrementor.left, value: `${incrementor.left.text} ${sign} ${incrementor.right.text}` }
    : undefined;
}

const STEPS: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.PlusPlusToken, '+'],
  [ts.SyntaxKind.MinusMinusToken, '-'],
  [ts.SyntaxKind.PlusEqualsToken, '+'],
  [ts.SyntaxKind.MinusEqualsToken, '-'],
]);
