import { ts } from '../syntax/ts.ts';
import type { Invocation } from './invocation.ts';

/** What the first argument of an ask has, and of `listRoots`, which takes none, the answer. */
const SHAPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['elicitInput', ['message']],
  ['requestSampling', ['messages', 'maxTokens']],
  ['createMessage', ['messages', 'maxTokens']],
  ['listRoots', ['roots']],
]);

/** What contexts around the SDK call their asks; one of them may take the parts of the request one by one. */
const CONTEXT_SHAPES: ReadonlyMap<string, AnswerShape> = new Map([
  ['elicit', { params: 'message', parts: isText, answer: ['action'] }],
  ['sample', { params: 'messages', parts: areMessages, answer: ['content', 'role'] }],
]);

interface AnswerShape {
  /** A property of the request. */
  readonly params: string;
  /** Whether that property is the first argument, and the others follow: `elicit(message, schema)`. */
  readonly parts: (first: ts.Type) => boolean;
  readonly answer: readonly string[];
}

/**
 * Whether a call that resolves to nothing of an SDK is written like an ask: its receiver is `any`, or has a type of the
 * project's own that an SDK object fits (`interface Asking { elicitInput(…): Promise<…> }`).
 */
export function isWrittenLikeAsk(invocation: Invocation, name: string, checker: ts.TypeChecker): boolean {
  const { call, args } = invocation;
  if (!mayBeForeign(invocation, checker)) return false;
  const context = CONTEXT_SHAPES.get(name);
  if (context !== undefined) return isContextAsk(invocation, context, checker);
  const shape = SHAPES.get(name);
  // `send` and its like are known by the method that their argument names.
  if (shape === undefined) return true;
  const [params] = args;
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
function mayBeForeign({ call, callee, signature }: Invocation, checker: ts.TypeChecker): boolean {
  const declaration = signature?.declaration;
  if (declaration === undefined) return (checker.getTypeAtLocation(callee).flags & ts.TypeFlags.Any) !== 0;
  const isOwn = !/[\\/]node_modules[\\/]/.test(declaration.getSourceFile().fileName);
  const hasBody = 'body' in declaration && declaration.body !== undefined;
  const type = checker.getTypeAtLocation(call);
  return isOwn && !hasBody && checker.getAwaitedType(type) !== type;
}

/** `ctx.elicit(message, schema)`, `ctx.sample({ messages })`: the answer says it, or, where that is `any`, the request. */
function isContextAsk(
  { call, args }: Invocation,
  { params, parts, answer }: AnswerShape,
  checker: ts.TypeChecker,
): boolean {
  const result = answerType(call, checker);
  if (result !== undefined && (result.flags & ts.TypeFlags.Any) === 0)
    return answer.every((property) => result.getProperty(property) !== undefined);
  const [first, ...others] = args;
  if (first === undefined) return false;
  const type = checker.getTypeAtLocation(first);
  return type.getProperty(params) !== undefined || (others.length > 0 && parts(type));
}

function isText({ flags }: ts.Type): boolean {
  return (flags & ts.TypeFlags.StringLike) !== 0;
}

function areMessages(type: ts.Type): boolean {
  const message = type.getNumberIndexType();
  return message?.getProperty('role') !== undefined && message.getProperty('content') !== undefined;
}

/** What a call gives once it is awaited; undefined where nothing has to be waited for. */
export function answerType(call: ts.CallExpression, checker: ts.TypeChecker): ts.Type | undefined {
  // `ctx.elicit?.(…)`
  const type = checker.getNonNullableType(checker.getTypeAtLocation(call));
  const awaited = checker.getAwaitedType(type);
  return awaited === type && (type.flags & ts.TypeFlags.Any) === 0 ? undefined : awaited;
}
