import { sdkFunctionName } from './find-asks.ts';
import { ts } from '../syntax/ts.ts';
import { resolveAlias } from '../syntax/resolve-alias.ts';

/** The requests a client retries with answers (specification 2026-07-28, basic/patterns/mrtr). */
export type RootMethod = 'tools/call' | 'prompts/get' | 'resources/read';

export type HandlerFunction = ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration;

/** A function registered for a re-enterable request. */
export interface HandlerRoot {
  readonly registration: ts.CallExpression;
  readonly fn: HandlerFunction;
  readonly method: RootMethod;
  /** The tool, prompt or resource name where it is a literal, else the function's name or the method. */
  readonly name: string;
}

const METHOD_OF_REGISTRATION: ReadonlyMap<string, RootMethod> = new Map([
  ['registerTool', 'tools/call'],
  ['tool', 'tools/call'],
  ['registerPrompt', 'prompts/get'],
  ['prompt', 'prompts/get'],
  ['registerResource', 'resources/read'],
  ['resource', 'resources/read'],
]);
const ROOT_METHODS: ReadonlySet<string> = new Set(METHOD_OF_REGISTRATION.values());

/** Finds the handler roots registered in a file; a handler given by name is followed to its declaration. */
export function findHandlerRoots(sourceFile: ts.SourceFile, checker: ts.TypeChecker): HandlerRoot[] {
  const roots: HandlerRoot[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const root = rootOf(node, checker);
      if (root !== undefined) roots.push(root);
    }
    ts.forEachChild(node, visit);
  };
  visit(sourceFile);
  return roots;
}

function rootOf(call: ts.CallExpression, checker: ts.TypeChecker): HandlerRoot | undefined {
  const method = registeredMethod(call, checker);
  const callback = call.arguments.at(-1);
  const fn = method && callback && handlerFunction(callback, checker);
  if (method === undefined || fn === undefined) return undefined;
  const literal = firstLiteral(call);
  const ownName = literal === method ? undefined : literal;
  const name = ownName ?? fn.name?.text ?? method;
  return { registration: call, fn, method, name };
}

/** True for the argument of a registration that handles the requests. */
export function isRegisteredHandler(
  call: ts.CallExpression,
  argument: ts.Node,
  checker: ts.TypeChecker,
): boolean {
  return call.arguments.at(-1) === argument && registeredMethod(call, checker) !== undefined;
}

function registeredMethod(call: ts.CallExpression, checker: ts.TypeChecker): RootMethod | undefined {
  const registration = sdkFunctionName(call, checker);
  if (registration !== 'setRequestHandler')
    return registration === undefined ? undefined : METHOD_OF_REGISTRATION.get(registration);
  return rootMethod(firstLiteral(call));
}

function firstLiteral({ arguments: [first] }: ts.CallExpression): string | undefined {
  return first !== undefined && ts.isStringLiteralLike(first) ? first.text : undefined;
}

function rootMethod(literal: string | undefined): RootMethod | undefined {
  return literal !== undefined && ROOT_METHODS.has(literal) ? (literal as RootMethod) : undefined;
}

function handlerFunction(callback: ts.Expression, checker: ts.TypeChecker): HandlerFunction | undefined {
  if (ts.isArrowFunction(callback) || ts.isFunctionExpression(callback)) return callback;
  if (!ts.isIdentifier(callback)) return undefined;
  const symbol = checker.getSymbolAtLocation(callback);
  const target = symbol && resolveAlias(symbol, checker);
  const declaration = target?.valueDeclaration;
  if (declaration === undefined) return undefined;
  if (ts.isFunctionDeclaration(declaration) && declaration.body !== undefined) return declaration;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return undefined;
  const { initializer } = declaration;
  return ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer) ? initializer : undefined;
}
