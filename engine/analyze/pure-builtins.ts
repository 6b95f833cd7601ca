import { ts } from '../syntax/ts.ts';

/**
 * Built-in methods that neither change their receiver nor read anything but it and their arguments.
 * Keyed by the interface that declares them in the standard library.
 */
const PURE_METHODS: Readonly<Record<string, ReadonlySet<string>>> = {
  String: new Set(
    'at charAt charCodeAt codePointAt concat endsWith includes indexOf lastIndexOf match padEnd padStart repeat replace replaceAll slice split startsWith substring toLowerCase toString toUpperCase trim trimEnd trimStart'.split(
      ' ',
    ),
  ),
  Number: new Set(['toFixed', 'toPrecision', 'toString']),
  Array: new Set(
    'at concat every filter find findIndex findLast flat flatMap includes indexOf join map reduce slice some toReversed toSorted'.split(
      ' ',
    ),
  ),
  Date: new Set(
    'getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime getTimezoneOffset getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds toISOString toJSON valueOf'.split(
      ' ',
    ),
  ),
  Map: new Set(['entries', 'get', 'has', 'keys', 'values']),
  Set: new Set(['entries', 'has', 'keys', 'values']),
  URL: new Set(['toString', 'toJSON']),
  ObjectConstructor: new Set(['entries', 'fromEntries', 'hasOwn', 'keys', 'values']),
  ArrayConstructor: new Set(['isArray', 'of']),
  JSON: new Set(['parse', 'stringify']),
  NumberConstructor: new Set(['isFinite', 'isInteger', 'isNaN', 'parseFloat', 'parseInt']),
  Math: new Set('abs ceil floor max min round sign sqrt trunc'.split(' ')),
};
const PURE_CALLABLE_CONSTRUCTORS: ReadonlySet<string> = new Set([
  'StringConstructor',
  'NumberConstructor',
  'BooleanConstructor',
]);
const READ_ONLY_VIEW: Readonly<Record<string, string>> = {
  ReadonlyArray: 'Array',
  ReadonlyMap: 'Map',
  ReadonlySet: 'Set',
};

/** Calls a function of the standard library that changes nothing and reads nothing but what it is given. */
export function isPureBuiltinCall(call: ts.CallExpression, checker: ts.TypeChecker): boolean {
  const declaration = checker.getResolvedSignature(call)?.declaration;
  if (declaration === undefined || !isStandardLibrary(declaration)) return false;
  const owner = declaration.parent;
  if (!ts.isInterfaceDeclaration(owner)) return false;
  if (ts.isCallSignatureDeclaration(declaration)) return PURE_CALLABLE_CONSTRUCTORS.has(owner.name.text);
  const name = ts.isMethodSignature(declaration) ? declaration.name : undefined;
  const interfaceName = READ_ONLY_VIEW[owner.name.text] ?? owner.name.text;
  return (
    name !== undefined && ts.isIdentifier(name) && (PURE_METHODS[interfaceName]?.has(name.text) ?? false)
  );
}

/** Functions of the language that depend on their arguments alone. */
const PURE_FUNCTIONS: ReadonlySet<string> = new Set(
  'decodeURIComponent encodeURIComponent isFinite isNaN parseFloat parseInt'.split(' '),
);

/** Whether an expression names such a function: `String`, `parseInt`, `Number.isInteger`. */
export function isPureGlobal(value: ts.Expression, checker: ts.TypeChecker): boolean {
  const name = ts.isPropertyAccessExpression(value) ? value.name : value;
  const symbol = ts.isIdentifier(name) ? checker.getSymbolAtLocation(name) : undefined;
  const [declaration] = symbol?.declarations ?? [];
  if (symbol === undefined || declaration === undefined || !isStandardLibrary(declaration)) return false;
  if (ts.isIdentifier(value))
    return PURE_FUNCTIONS.has(symbol.name) || PURE_CALLABLE_CONSTRUCTORS.has(`${symbol.name}Constructor`);
  const owner = declaration.parent;
  return ts.isInterfaceDeclaration(owner) && (PURE_METHODS[owner.name.text]?.has(symbol.name) ?? false);
}

/** Declared in one of TypeScript's own `lib.*.d.ts` files. */
export function isStandardLibrary(declaration: ts.Node): boolean {
  return /(^|[\\/])lib\.[\w.]+\.d\.ts$/.test(declaration.getSourceFile().fileName);
}
