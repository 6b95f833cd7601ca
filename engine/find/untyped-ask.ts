import { ts } from '../syntax/ts.ts';

/** What the first argument of an ask has, and of `listRoots`, which takes none, the answer. */
const SHAPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['elicitInput', ['message']],
  ['requestSampling', ['messages', 'maxTokens']],
  ['createMessage', ['messages', 'maxTokens']],
  ['listRoots', ['roots']],
]);

/**
 * Whether a call that resolves to nothing of an SDK is written like an ask: its receiver is `any`, or has a type of the
 * project's own that an SDK object fits (`interface Asking { elicitInput(…): Promise<…> }`).
 */
export function isWrittenLikeAsk(call: ts.CallExpression, name: string, checker: ts.TypeChecker): boolean {
  if (!ts.isPropertyAccessExpression(call.expression) || !mayBeForeign(call, checker)) return false;
  const shape = SHAPES.get(name);
  // `send` and its like are known by the method that their argument names.
  if (shape === undefined) return true;
  const [params] = call.arguments;
  const type =
    name === 'listRoots'
      ? checker.getAwaitedType(checker.getTypeAtLocation(call))
      : params && checker.getTypeAtLocation(params);
  if (type === undefined) return false;
  const isUnknown = (type.flags & ts.TypeFlags.Any) !== 0;
  return isUnknown
    ? name !== 'createMessage'
    : shape.every((property) => type.getProperty(property) !== undefined);
}

/** The receiver may be an object of the SDK at run time: nothing says what the method does. */
function mayBeForeign(call: ts.CallExpression, checker: ts.TypeChecker): boolean {
  const declaration = checker.getResolvedSignature(call)?.declaration;
  if (declaration === undefined)
    return (checker.getTypeAtLocation(call.expression).flags & ts.TypeFlags.Any) !== 0;
  const isOwn = !/[\\/]node_modules[\\/]/.test(declaration.getSourceFile().fileName);
  const hasBody = 'body' in declaration && declaration.body !== undefined;
  const type = checker.getTypeAtLocation(call);
  return isOwn && !hasBody && checker.getAwaitedType(type) !== type;
}
