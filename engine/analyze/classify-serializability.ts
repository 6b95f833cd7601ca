import { isStandardLibrary } from './pure-builtins.ts';
import { ts } from '../syntax/ts.ts';

/** Whether a value of a type can travel in the state. `path` leads from the variable to the part that decides. */
export type Serializability =
  | { readonly verdict: 'yes' }
  | { readonly verdict: 'no' | 'unknown'; readonly path: string; readonly type: string };

const YES: Serializability = { verdict: 'yes' };

/** Standard objects that the runtime's encoding (devalue with reducers for Error and URL) restores faithfully. */
const ENCODED_OBJECTS: ReadonlySet<string> = new Set(
  'ArrayBuffer BigInt64Array BigUint64Array Date Error EvalError Float32Array Float64Array Int16Array Int32Array Int8Array RangeError ReferenceError RegExp SyntaxError TypeError URIError URL Uint16Array Uint32Array Uint8Array Uint8ClampedArray'.split(
    ' ',
  ),
);
/** Standard containers whose type arguments decide. */
const ENCODED_CONTAINERS: ReadonlySet<string> = new Set([
  'Array',
  'Map',
  'ReadonlyArray',
  'ReadonlyMap',
  'ReadonlySet',
  'Set',
]);

const PRIMITIVE_FLAGS =
  ts.TypeFlags.StringLike |
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.BigIntLike |
  ts.TypeFlags.Undefined |
  ts.TypeFlags.Null |
  ts.TypeFlags.Void |
  ts.TypeFlags.Never;

/**
 * Judges a type for spilling. Data (primitives, arrays, plain objects, the standard objects the encoding knows) is fine;
 * functions, promises and class instances are not; `any`, `unknown` and type parameters are checked at run time.
 */
export function classifySerializability(
  type: ts.Type,
  at: ts.Node,
  checker: ts.TypeChecker,
): Serializability {
  const seen = new Set<ts.Type>();

  const classify = (current: ts.Type, path: string): Serializability => {
    if (current.flags & PRIMITIVE_FLAGS) return YES;
    if (seen.has(current)) return YES;
    seen.add(current);
    const answer = (verdict: 'no' | 'unknown'): Serializability => ({
      verdict,
      path,
      type: checker.typeToString(current, at),
    });
    if (
      current.flags &
      (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter | ts.TypeFlags.NonPrimitive)
    )
      return answer('unknown');
    if (current.isUnionOrIntersection()) return worst(current.types.map((part) => classify(part, path)));
    if ((current.flags & ts.TypeFlags.Object) === 0) return answer('no');
    if (current.getCallSignatures().length > 0 || current.getConstructSignatures().length > 0)
      return answer('no');
    const name = current.symbol?.name ?? '';
    if (current.symbol?.declarations?.some(isBuiltIn) ?? false) {
      if (ENCODED_OBJECTS.has(name)) return YES;
      if (ENCODED_CONTAINERS.has(name)) {
        const parameters = checker.getTypeArguments(current as ts.TypeReference);
        return worst(parameters.map((parameter) => classify(parameter, `${path}[]`)));
      }
      if (name !== '__type' && name !== 'Object' && current.aliasSymbol === undefined) return answer('no');
    }
    if (checker.isArrayType(current) || checker.isTupleType(current)) {
      return worst(
        checker
          .getTypeArguments(current as ts.TypeReference)
          .map((element) => classify(element, `${path}[]`)),
      );
    }
    if (current.isClass() || current.symbol?.valueDeclaration?.kind === ts.SyntaxKind.ClassDeclaration)
      return answer('no');
    return classifyMembers(current, path);
  };

  const classifyMembers = (current: ts.Type, path: string): Serializability => {
    const members = current.getProperties().map((property) => {
      const memberPath = `${path}.${property.name}`;
      return classify(checker.getTypeOfSymbolAtLocation(property, at), memberPath);
    });
    const index = current.getStringIndexType() ?? current.getNumberIndexType();
    if (index !== undefined) members.push(isOpen(index) ? YES : classify(index, `${path}[]`));
    return worst(members);
  };

  return classify(type, '');
}

/** Without the DOM library, `URL` and its like are declared by `@types/node`. */
function isBuiltIn(declaration: ts.Node): boolean {
  return (
    isStandardLibrary(declaration) ||
    /[\\/]node_modules[\\/]@types[\\/]node[\\/]/.test(declaration.getSourceFile().fileName)
  );
}

/** The `[key: string]: unknown` of a wire type says "further JSON members", which the client sent as JSON. */
function isOpen(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.Unknown) !== 0;
}

function worst(answers: readonly Serializability[]): Serializability {
  return (
    answers.find(({ verdict }) => verdict === 'no') ??
    answers.find(({ verdict }) => verdict === 'unknown') ??
    YES
  );
}
