import { ts } from '../../../engine/syntax/ts.ts';
import { NotSimplified } from './simplify-context.ts';

/** The test that a variable is undefined or null, as narrow as the types of the values it may have allow. */
function nullishTest(name: string, values: readonly ts.Expression[], checker: ts.TypeChecker): string {
  const types = values.map((value) => checker.getTypeAtLocation(value));
  const parts = types.flatMap((type) => (type.isUnion() ? type.types : [type]));
  const isOpen = parts.some(({ flags }) => (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0);
  const has = (flag: ts.TypeFlags): boolean => isOpen || parts.some(({ flags }) => (flags & flag) !== 0);
  const tests = [
    ...(has(ts.TypeFlags.Undefined | ts.TypeFlags.Void) ? [`${name} === undefined`] : []),
    ...(has(ts.TypeFlags.Null) ? [`${name} === null`] : []),
  ];
  return tests.length === 0 ? `${name} === undefined` : tests.join(' || ');
}

const PREDEFINED: ReadonlySet<string> = new Set(
  'any bigint boolean false null number object string symbol true undefined unknown void Array Record'.split(
    ' ',
  ),
);

/** A type as it can be written at `at` without an import; undefined where it cannot. */
function writtenType(types: readonly ts.Type[], at: ts.Node, checker: ts.TypeChecker): string | undefined {
  const text = types.map((type) =>
    checker.typeToString(
      checker.getBaseTypeOfLiteralType(type),
      at,
      ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType,
    ),
  );
  const names =
    text
      .join(' ')
      .replaceAll(/'[^']*'/g, '')
      .match(/[A-Za-z_$][\w$.]*/g) ?? [];
  if (text.some((part) => /[{(<]|=>|import/.test(part))) return undefined;
  const isKnown = (name: string): boolean =>
    PREDEFINED.has(name) ||
    checker.getSymbolsInScope(at, ts.SymbolFlags.Type).some((symbol) => symbol.name === name);
  if (!names.every(isKnown)) return undefined;
  return [...new Set(text.flatMap((part) => part.split(' | ')))].join(' | ');
}

/** What a variable that is assigned further values is declared as; empty where the type of the first says it. */
export function variableType(
  first: ts.Expression,
  others: readonly ts.Type[],
  checker: ts.TypeChecker,
): string | undefined {
  const own = checker.getTypeAtLocation(first);
  if (others.every((other) => checker.isTypeAssignableTo(other, own))) return '';
  const written = writtenType([own, ...others], first, checker);
  return written === undefined ? undefined : `: ${written}`;
}

/** The type of a variable that is declared without a value. */
export function variableTypeOf(node: ts.Expression, checker: ts.TypeChecker): string {
  const type = checker.typeToString(checker.getBaseTypeOfLiteralType(checker.getTypeAtLocation(node)), node);
  if (/[{(<]|import/.test(type)) throw new NotSimplified();
  return `: ${type}`;
}

/** What has to hold so that the right operand is evaluated, after `earlier` ones gave the variable its value. */
export function testOf(
  operator: string,
  name: string,
  earlier: readonly ts.Expression[],
  checker: ts.TypeChecker,
): string {
  if (operator === '??') return nullishTest(name, earlier, checker);
  return operator === '&&' ? name : `!${name}`;
}
