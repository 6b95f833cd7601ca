import { ts } from '../syntax/ts.ts';
import { collectReferences, type Reference } from './collect-references.ts';
import { accessPath, isMutationThrough, isPureBuiltinCall } from './infer-effects.ts';

/**
 * The variables whose value may differ later from what their declaration gives: assigned, changed through a property,
 * handed as an object to code that may change it before `end`, or sharing an object with such a variable.
 * @param end the offset after which a change is not seen by a later round: the last ask
 */
export function findChangedVariables(
  references: readonly Reference[],
  isAsk: (call: ts.Node) => boolean,
  end: number,
  checker: ts.TypeChecker,
): Set<ts.Symbol> {
  const changed = new Set(
    references
      .filter(
        (r) =>
          (!r.isDeclaration && r.access !== 'read') ||
          isMutationThrough(r.node, checker) ||
          (r.node.pos < end && isHandedOn(r.node, isAsk, checker)),
      )
      .map((r) => r.symbol),
  );
  const aliases = references.flatMap((reference) => aliasesOf(reference, checker));
  for (let size = -1; size !== changed.size;) {
    size = changed.size;
    for (const { source, alias } of aliases) if (changed.has(alias)) changed.add(source);
  }
  return changed;
}

/** True when a call other than an ask receives the object, alone or inside a literal, and may keep or change it. */
function isHandedOn(
  identifier: ts.Identifier,
  isAsk: (call: ts.Node) => boolean,
  checker: ts.TypeChecker,
): boolean {
  let value = accessPath(identifier).end;
  if (!isObject(value, checker)) return false;
  while (isPartOfLiteral(value)) value = value.parent;
  const { parent } = value;
  if (ts.isNewExpression(parent)) return parent.expression !== value;
  if (!ts.isCallExpression(parent) || parent.expression === value) return false;
  return !isAsk(parent) && !isPureBuiltinCall(parent, checker);
}

function isPartOfLiteral({ parent }: ts.Node): boolean {
  return (
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isObjectLiteralExpression(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    ts.isConditionalExpression(parent)
  );
}

/** `const alias = source.list` and `const { alias } = source`, where both names lead to one object. */
function aliasesOf(
  { symbol: source, node }: Reference,
  checker: ts.TypeChecker,
): { source: ts.Symbol; alias: ts.Symbol }[] {
  const { end } = accessPath(node);
  const { parent } = end;
  if (!ts.isVariableDeclaration(parent) || parent.initializer !== end) return [];
  return collectReferences(parent.name, checker)
    .filter((r) => r.isDeclaration && isObject(r.node, checker))
    .map(({ symbol: alias }) => ({ source, alias }));
}

const PRIMITIVE =
  ts.TypeFlags.StringLike |
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.BigIntLike |
  ts.TypeFlags.ESSymbolLike |
  ts.TypeFlags.Undefined |
  ts.TypeFlags.Null |
  ts.TypeFlags.Void;

/** May be an object that can be changed in place; a function is taken for one that is not. */
function isObject(node: ts.Node, checker: ts.TypeChecker): boolean {
  const shorthand =
    ts.isIdentifier(node) && ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : undefined;
  const type =
    shorthand === undefined
      ? checker.getTypeAtLocation(node)
      : checker.getTypeOfSymbolAtLocation(shorthand, node);
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => (part.flags & PRIMITIVE) === 0 && part.getCallSignatures().length === 0);
}
