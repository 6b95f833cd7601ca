import { ts } from '../../engine/syntax/ts.ts';
import { constantOf, factoryCall, usesOf } from './server-factory.ts';
import { unparenthesized } from '../unparenthesized.ts';

/** How the server that an entry connects is made anew for each connection. */
export interface EntryFactory {
  readonly call: ts.CallExpression;
  /** An expression that gives a new server, or a promise of one. */
  readonly text: string;
  /** The constant that holds the server, and what names it there. */
  readonly constant: ServerConstant | undefined;
}

interface ServerConstant {
  readonly declaration: ts.VariableDeclaration;
  readonly named: ts.VariableDeclaration | ts.BindingElement;
}

/**
 * Reads `createServer(…)`, a constant that holds its result, and one that takes the server alone out of it:
 * `const { server } = createServer(…)`.
 */
export function entryFactoryOf(server: ts.Expression, checker: ts.TypeChecker): EntryFactory | undefined {
  const element = elementOf(server, checker);
  if (element !== undefined) return factoryOfElement(element, checker);
  const declaration = constantOf(server, checker);
  const call = factoryCall(declaration?.initializer ?? unparenthesized(server), checker);
  if (call === undefined) return undefined;
  const constant = declaration && { declaration, named: declaration };
  return { call, text: call.getText(), constant };
}

/** Whether a server is taken out of a result together with something else that the program uses. */
export function isTakenWithMore(server: ts.Expression, checker: ts.TypeChecker): boolean {
  const element = elementOf(server, checker);
  return element !== undefined && othersOf(element).some((other) => isUsed(other, checker));
}

function factoryOfElement(element: ts.BindingElement, checker: ts.TypeChecker): EntryFactory | undefined {
  const { name } = element;
  const declaration = element.parent.parent;
  const { initializer } = declaration as ts.VariableDeclaration;
  const member = element.propertyName ?? name;
  if (!ts.isVariableDeclaration(declaration) || initializer === undefined) return undefined;
  if (!ts.isIdentifier(name) || !ts.isIdentifier(member) || element.initializer !== undefined)
    return undefined;
  if ((ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) === 0) return undefined;
  if (othersOf(element).some((other) => isUsed(other, checker))) return undefined;
  const call = factoryCall(initializer, checker, member.text);
  if (call === undefined) return undefined;
  const isAwaited = ts.isAwaitExpression(initializer);
  const text = isAwaited
    ? `${call.getText()}.then((made) => made.${member.text})`
    : `${call.getText()}.${member.text}`;
  return { call, text, constant: { declaration, named: element } };
}

function elementOf(server: ts.Expression, checker: ts.TypeChecker): ts.BindingElement | undefined {
  const declaration = ts.isIdentifier(server)
    ? checker.getSymbolAtLocation(server)?.valueDeclaration
    : undefined;
  return declaration !== undefined &&
    ts.isBindingElement(declaration) &&
    ts.isObjectBindingPattern(declaration.parent)
    ? declaration
    : undefined;
}

function othersOf(element: ts.BindingElement): readonly ts.BindingElement[] {
  return (element.parent as ts.ObjectBindingPattern).elements.filter((other) => other !== element);
}

/** A pattern within the pattern, and what is left over, count as used. */
function isUsed(element: ts.BindingElement, checker: ts.TypeChecker): boolean {
  if (!ts.isIdentifier(element.name) || element.dotDotDotToken !== undefined) return true;
  return element.initializer !== undefined || usesOf(element, checker).length > 0;
}
