import { sdkFunctionName } from '../engine/find/find-asks.ts';
import { ts } from '../engine/syntax/ts.ts';
import { nodesBelow, unwrap } from './sdk-calls.ts';

/** A call of the SDK's `acceptedContent` or `inputResponse`. */
export interface AnswerRead {
  readonly call: ts.CallExpression;
  readonly reader: 'acceptedContent' | 'inputResponse';
  /** Undefined when the key is computed. */
  readonly key: string | undefined;
  /** Validates the content while it is read. */
  readonly schema: ts.Expression | undefined;
  /** The constant that takes the result. */
  readonly variable: ts.Identifier | undefined;
}

/** The answers that a function reads by hand. */
export function findAnswerReads(root: ts.Node, checker: ts.TypeChecker): AnswerRead[] {
  return nodesBelow(root).flatMap((call) => {
    if (!ts.isCallExpression(call)) return [];
    const reader = sdkFunctionName(call, checker);
    if (reader !== 'acceptedContent' && reader !== 'inputResponse') return [];
    const [, key, schema] = call.arguments;
    return [{ call, reader, key: literalText(key, checker), schema, variable: boundVariable(call) }];
  });
}

/** The string an expression is by its type: a literal or a constant of one. */
function literalText(node: ts.Expression | undefined, checker: ts.TypeChecker): string | undefined {
  if (node === undefined) return undefined;
  const value = unwrap(node);
  if (ts.isStringLiteralLike(value)) return value.text;
  const type = checker.getTypeAtLocation(value);
  return type.isStringLiteral() ? type.value : undefined;
}

function boundVariable(call: ts.CallExpression): ts.Identifier | undefined {
  let value: ts.Node = call;
  while (ts.isExpression(value.parent) && unwrap(value.parent) === call) value = value.parent;
  const { parent } = value;
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? parent.name : undefined;
}

/** The uses of a variable, its declaration left out. */
export function usesOf(variable: ts.Identifier, root: ts.Node, checker: ts.TypeChecker): ts.Identifier[] {
  const symbol = checker.getSymbolAtLocation(variable);
  return nodesBelow(root).filter((node): node is ts.Identifier => {
    if (!ts.isIdentifier(node) || node === variable || node.text !== variable.text) return false;
    const used = ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : checker.getSymbolAtLocation(node);
    return used === symbol;
  });
}
