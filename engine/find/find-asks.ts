import { ts } from '../syntax/ts.ts';
import { invocationOf } from './invocation.ts';
import { typeBehindCasts } from './type-behind-casts.ts';
import { isWrittenLikeAsk } from './untyped-ask.ts';

/** What the client is asked for; `helper` where a function of the project asks. */
export type AskKind = 'form' | 'url' | 'elicitation' | 'sampling' | 'roots' | 'helper';

/**
 * The SDK entry point an ask goes through. It decides what the await-style call checked: `elicitInput` tested the
 * capability and validated accepted content, the generic `send` family did neither (SDK 2.4 `Server.elicitInput`).
 */
export type AskChannel = 'elicitInput' | 'createMessage' | 'listRoots' | 'send' | 'helper';

export type HelperFunction =
  ts.FunctionDeclaration | ts.ArrowFunction | ts.FunctionExpression | ts.MethodDeclaration;

/** A function that asks for the handlers that call it. */
export interface AskHelper {
  readonly fn: HelperFunction;
  readonly name: string;
  /** Its own asks, and its calls of other helpers, in source order. */
  readonly asks: readonly AskSite[];
  /** The parameter that receives the request's context. */
  readonly context: ts.ParameterDeclaration | undefined;
  /** The calls of it, all of them in handlers and helpers. */
  readonly calls: readonly ts.CallExpression[];
  /** The calls of it in tests, which stay as they are. */
  readonly testCalls: readonly ts.CallExpression[];
  /** The declarations without a body that it is called through; they get the same parameters. */
  readonly members: readonly ts.SignatureDeclaration[];
  /** Implementations of those members that do not ask. */
  readonly passive: readonly ts.SignatureDeclaration[];
}

/** One server→client request in the source, or the call of a helper that makes one. */
export interface AskSite {
  readonly call: ts.CallExpression;
  /** `elicitation` when the mode cannot be read off the source. */
  readonly kind: AskKind;
  readonly channel: AskChannel;
  /** The wire params: the argument itself, or the `params` property of a request literal. */
  readonly params: ts.Expression | undefined;
  /** SDK `RequestOptions`: timeouts, signals, progress callbacks. */
  readonly options: ts.Expression | undefined;
  readonly helper?: AskHelper;
  /** Its params may name tools for the model to use, which another type of result tells of. */
  readonly mayUseTools?: true;
  /** Its name and arguments say so, and no type of the SDK does. */
  readonly isUntyped?: true;
}

const DEDICATED: ReadonlyMap<string, AskChannel> = new Map([
  ['elicitInput', 'elicitInput'],
  ['requestSampling', 'createMessage'],
  ['createMessage', 'createMessage'],
  ['listRoots', 'listRoots'],
]);
/** What the asks of contexts around the SDK stand for. */
const CONTEXT_NAMES: ReadonlyMap<string, AskChannel> = new Map([
  ['elicit', 'elicitInput'],
  ['sample', 'createMessage'],
]);
const GENERIC: ReadonlySet<string> = new Set(['send', 'request', 'sendRequest']);
const KIND_OF_METHOD: ReadonlyMap<string, AskKind> = new Map([
  ['elicitation/create', 'elicitation'],
  ['sampling/createMessage', 'sampling'],
  ['roots/list', 'roots'],
]);

/**
 * Finds every ask of a file by the declaration its call resolves to, so that destructured, aliased and renamed contexts
 * are found and functions of the same name elsewhere are not. Where types say nothing, a call that is written like an ask
 * is one that is untyped: it cannot be rewritten, and must not be passed over in silence.
 */
export function findAsks(sourceFile: ts.SourceFile, checker: ts.TypeChecker): AskSite[] {
  const sites: AskSite[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const site = askOf(node, checker) ?? untypedAskOf(node, checker);
      if (site !== undefined) sites.push(site);
    }
    ts.forEachChild(node, visit);
  };
  visit(sourceFile);
  return sites;
}

function askOf(call: ts.CallExpression, checker: ts.TypeChecker): AskSite | undefined {
  const invocation = invocationOf(call, checker);
  const name = mayBeOfSdk(invocation.callee, checker)
    ? sdkNameOf(invocation.signature?.declaration)
    : undefined;
  // `inputRequired.createMessage(…)` shares the name and builds a request; an ask returns a promise of the answer.
  if (
    name === undefined ||
    checker.getAwaitedType(checker.getTypeAtLocation(call)) === checker.getTypeAtLocation(call)
  )
    return undefined;
  const channel = DEDICATED.get(name);
  if (channel !== undefined) return dedicatedAsk(call, channel, checker, invocation.args);
  return GENERIC.has(name) ? genericAsk(call, checker) : undefined;
}

function untypedAskOf(call: ts.CallExpression, checker: ts.TypeChecker): AskSite | undefined {
  const invocation = invocationOf(call, checker);
  const text = calledMember(invocation.callee, checker);
  if (text === undefined) return undefined;
  const channel = DEDICATED.get(text) ?? CONTEXT_NAMES.get(text);
  if (channel === undefined && !GENERIC.has(text)) return undefined;
  if (sdkNameOf(invocation.signature?.declaration) !== undefined) return undefined;
  const site =
    channel === undefined ? genericAsk(call, checker) : dedicatedAsk(call, channel, checker, invocation.args);
  if (site !== undefined && isSdkMemberBehindCasts(invocation.callee, checker)) return site;
  return site !== undefined && isWrittenLikeAsk(invocation, text, checker)
    ? { ...site, isUntyped: true }
    : undefined;
}

/** `(server as any).request(…)`, where `server` is one of the SDK: the assertion hides only what is checked. */
function isSdkMemberBehindCasts(callee: ts.Expression, checker: ts.TypeChecker): boolean {
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const member = typeBehindCasts(callee.expression, checker).getProperty(callee.name.text);
  return (
    member?.declarations?.some((declaration) => isSdkFile(declaration.getSourceFile().fileName)) === true
  );
}

/** The name of the method that is called, also where a constant holds it (`const ask = server.elicitInput`). */
function calledMember(callee: ts.Expression, checker: ts.TypeChecker): string | undefined {
  const held = ts.isIdentifier(callee) ? constantValue(callee, checker) : undefined;
  const member = held ?? callee;
  return ts.isPropertyAccessExpression(member) ? member.name.text : undefined;
}

/** What a constant was declared with. */
function constantValue(name: ts.Identifier, checker: ts.TypeChecker): ts.Expression | undefined {
  const declaration = checker.getSymbolAtLocation(name)?.valueDeclaration;
  const isConstant =
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  return isConstant ? declaration.initializer : undefined;
}

/** The params that make the SDK give `CreateMessageResultWithTools` (`Server.createMessage`). */
const TOOL_PROPERTIES = ['tools', 'toolChoice'];

function dedicatedAsk(
  call: ts.CallExpression,
  channel: AskChannel,
  checker: ts.TypeChecker,
  [params, options]: readonly ts.Expression[],
): AskSite {
  const kind =
    channel === 'createMessage'
      ? 'sampling'
      : channel === 'listRoots'
        ? 'roots'
        : elicitationMode(params, checker);
  const site = { call, kind, channel, params, options } as const;
  const type = kind === 'sampling' && params !== undefined ? checker.getTypeAtLocation(params) : undefined;
  const mayUseTools = TOOL_PROPERTIES.some((name) => type?.getProperty(name) !== undefined);
  return mayUseTools ? { ...site, mayUseTools } : site;
}

function genericAsk(call: ts.CallExpression, checker: ts.TypeChecker): AskSite | undefined {
  const [request, ...rest] = call.arguments;
  if (request === undefined) return undefined;
  const kind = KIND_OF_METHOD.get(literalProperty(request, 'method', checker) ?? '');
  if (kind === undefined) return undefined;
  const params = ts.isObjectLiteralExpression(request) ? propertyValue(request, 'params') : undefined;
  // `send(request, options)` and `send(request, resultSchema, options)`: the schema is the one with `~standard` or `parse`.
  const options = rest.find((argument) => !isSchema(argument, checker));
  const mode = kind === 'elicitation' ? elicitationMode(params, checker) : kind;
  return { call, kind: mode, channel: 'send', params, options };
}

/** The name under which an MCP SDK declares what this call invokes; undefined for anything else. */
export function sdkFunctionName(call: ts.CallExpression, checker: ts.TypeChecker): string | undefined {
  return mayBeOfSdk(call.expression, checker)
    ? sdkNameOf(checker.getResolvedSignature(call)?.declaration)
    : undefined;
}

/** Whether an overload of a function is declared by an SDK. To resolve the call would check all its arguments. */
function mayBeOfSdk(callee: ts.Expression, checker: ts.TypeChecker): boolean {
  const type = checker.getApparentType(checker.getNonNullableType(checker.getTypeAtLocation(callee)));
  return type.getCallSignatures().some(({ declaration }) => sdkNameOf(declaration) !== undefined);
}

function sdkNameOf(declaration: ts.Node | undefined): string | undefined {
  if (declaration === undefined || !isSdkFile(declaration.getSourceFile().fileName)) return undefined;
  for (
    let node: ts.Node | undefined = declaration;
    node !== undefined && !ts.isSourceFile(node);
    node = node.parent
  ) {
    const name = (node as ts.NamedDeclaration).name;
    if (name !== undefined && ts.isIdentifier(name) && !ts.isParameter(node)) return name.text;
  }
  return undefined;
}

/** True for a declaration file of an official MCP package, v1 (`sdk`) or v2 (`server`, `core`, …). */
export function isSdkFile(fileName: string): boolean {
  return /[\\/]node_modules[\\/]@modelcontextprotocol[\\/]/.test(fileName);
}

function elicitationMode(params: ts.Expression | undefined, checker: ts.TypeChecker): AskKind {
  if (params === undefined) return 'elicitation';
  const mode = literalProperty(params, 'mode', checker);
  if (mode === 'url' || mode === 'form') return mode;
  const type = checker.getTypeAtLocation(params);
  const hasMode = type.getProperty('mode') !== undefined;
  return !hasMode && type.getProperty('requestedSchema') !== undefined ? 'form' : 'elicitation';
}

/** The string a property has by its type, e.g. `method` of a request literal or of a constant elsewhere. */
function literalProperty(
  expression: ts.Expression,
  name: string,
  checker: ts.TypeChecker,
): string | undefined {
  const literal = ts.isIdentifier(expression) ? constantValue(expression, checker) : expression;
  if (literal !== undefined && ts.isObjectLiteralExpression(literal)) {
    const value = propertyValue(literal, name);
    if (value !== undefined && ts.isStringLiteralLike(value)) return value.text;
  }
  const symbol = checker.getTypeAtLocation(expression).getProperty(name);
  // An optional property with one possible value (`mode?: 'form'`) says as much as a required one.
  const type = symbol && checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(symbol, expression));
  return type?.isStringLiteral() ? type.value : undefined;
}

/** The value written for `name` in an object literal (`{ name: value }` or `{ name }`). */
export function propertyValue(literal: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  for (const property of literal.properties) {
    if (property.name === undefined || !ts.isIdentifier(property.name) || property.name.text !== name)
      continue;
    if (ts.isPropertyAssignment(property)) return property.initializer;
    if (ts.isShorthandPropertyAssignment(property)) return property.name;
  }
  return undefined;
}

function isSchema(argument: ts.Expression, checker: ts.TypeChecker): boolean {
  const type = checker.getTypeAtLocation(argument);
  return type.getProperty('~standard') !== undefined || type.getProperty('parse') !== undefined;
}
