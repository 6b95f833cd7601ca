import { ts } from '../engine/syntax/ts.ts';

/** How long what has no length in its type is taken to be. */
const STRING = 20;
const NUMBER = 5;
const BOOLEAN = 5;
const DATE = 26;
const MEMBERS = 10;
const MAX_DEPTH = 6;

/**
 * About how many characters a value takes in a state: its JSON with strings of 20 characters and lists of 10 members.
 * @returns undefined when the type does not say: `any`, `unknown`, functions, classes, types that contain themselves.
 */
export function estimateSize(type: ts.Type, checker: ts.TypeChecker, depth = 0): number | undefined {
  const { flags } = type;
  if (type.isStringLiteral()) return type.value.length + 2;
  if (type.isUnion()) return largest(type.types, checker, depth);
  if ((flags & ts.TypeFlags.StringLike) !== 0) return STRING + 2;
  if ((flags & ts.TypeFlags.NumberLike) !== 0) return NUMBER;
  if ((flags & ts.TypeFlags.BooleanLike) !== 0) return BOOLEAN;
  if ((flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void)) !== 0) return 4;
  if ((flags & ts.TypeFlags.Object) === 0 || depth > MAX_DEPTH) return undefined;
  return sizeOfObject(type, checker, depth);
}

function sizeOfObject(type: ts.Type, checker: ts.TypeChecker, depth: number): number | undefined {
  if (type.symbol?.name === 'Date') return DATE;
  if (checker.isTupleType(type))
    return sum(checker.getTypeArguments(type as ts.TypeReference), checker, depth);
  if (checker.isArrayType(type)) {
    const member = checker.getTypeArguments(type as ts.TypeReference)[0];
    const size = member === undefined ? undefined : estimateSize(member, checker, depth + 1);
    return size === undefined ? undefined : 2 + MEMBERS * (size + 1);
  }
  if (type.getCallSignatures().length > 0 || type.isClass()) return undefined;
  const properties = checker.getPropertiesOfType(type);
  const values = sum(
    properties.map((property) => checker.getTypeOfSymbol(property)),
    checker,
    depth,
  );
  const names = properties.reduce((length, { name }) => length + name.length + 3, 0);
  return values === undefined ? undefined : values + names;
}

function sum(types: readonly ts.Type[], checker: ts.TypeChecker, depth: number): number | undefined {
  let total = 2;
  for (const type of types) {
    const size = estimateSize(type, checker, depth + 1);
    if (size === undefined) return undefined;
    total += size + 1;
  }
  return total;
}

function largest(types: readonly ts.Type[], checker: ts.TypeChecker, depth: number): number | undefined {
  const sizes = types.map((type) => estimateSize(type, checker, depth));
  return sizes.includes(undefined) ? undefined : Math.max(...sizes.map(Number));
}
