import { ts } from '../../engine/syntax/ts.ts';

/** How long a value is as text, about. */
export interface SizeEstimate {
  /** Undefined where the type does not tell. */
  readonly characters: number | undefined;
  /** The value has no upper bound: it holds a string or a list. */
  readonly grows: boolean;
}

/** What a string, a number and a list are taken to be: sixteen characters, six digits, three members. */
const SAMPLE = { string: 18, number: 6, members: 3, date: 26 };
const UNKNOWN: SizeEstimate = { characters: undefined, grows: true };

/** Estimates what a value of a type adds to the state, from the type as it is printed there. */
export function estimateSize(type: ts.TypeNode): SizeEstimate {
  if (ts.isParenthesizedTypeNode(type)) return estimateSize(type.type);
  if (ts.isLiteralTypeNode(type)) return { characters: type.getText().length, grows: false };
  if (ts.isArrayTypeNode(type))
    return ofMembers(
      Array.from({ length: SAMPLE.members }, () => type.elementType),
      true,
    );
  if (ts.isTupleTypeNode(type)) return ofMembers([...type.elements], false);
  if (ts.isUnionTypeNode(type)) return largest(type.types.map(estimateSize));
  if (ts.isTypeLiteralNode(type)) return ofProperties(type);
  if (ts.isTypeReferenceNode(type) && type.typeName.getText() === 'Date')
    return { characters: SAMPLE.date, grows: false };
  switch (type.kind) {
    case ts.SyntaxKind.StringKeyword:
      return { characters: SAMPLE.string, grows: true };
    case ts.SyntaxKind.NumberKeyword:
      return { characters: SAMPLE.number, grows: false };
    case ts.SyntaxKind.BooleanKeyword:
    case ts.SyntaxKind.UndefinedKeyword:
      return { characters: 5, grows: false };
    default:
      return UNKNOWN;
  }
}

function ofMembers(types: readonly ts.TypeNode[], grows: boolean): SizeEstimate {
  return sum(types.map(estimateSize), grows, 2 + types.length);
}

function ofProperties({ members }: ts.TypeLiteralNode): SizeEstimate {
  const properties = members.filter(ts.isPropertySignature);
  const names = properties.reduce((length, { name }) => length + name.getText().length + 4, 2);
  const sizes = properties.map(({ type }) => (type === undefined ? UNKNOWN : estimateSize(type)));
  return sum(sizes, properties.length < members.length, names);
}

function sum(sizes: readonly SizeEstimate[], grows: boolean, extra: number): SizeEstimate {
  const known = sizes.flatMap(({ characters }) => characters ?? []);
  return {
    characters: known.length < sizes.length ? undefined : known.reduce((total, one) => total + one, extra),
    grows: grows || sizes.some((size) => size.grows),
  };
}

function largest(sizes: readonly SizeEstimate[]): SizeEstimate {
  const known = sizes.flatMap(({ characters }) => characters ?? []);
  return {
    characters: known.length < sizes.length ? undefined : Math.max(...known),
    grows: sizes.some(({ grows }) => grows),
  };
}
