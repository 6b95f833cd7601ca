import { ts } from '../syntax/ts.ts';
import { bindingTarget } from './binding-target.ts';
import { branch } from './branch.ts';
import { code, define, joinCode, use } from './code.ts';
import type { Code } from './code.ts';
import { lowerTarget } from './lower-target.ts';
import { print, spill, temporary } from './lowering.ts';
import type { Lowering } from './lowering.ts';
import { unwrap } from '../syntax/unwrap.ts';

/** A pattern as a declaration has it, or as an assignment has it. */
type Pattern = ts.BindingPattern | ts.ArrayLiteralExpression | ts.ObjectLiteralExpression;

/** A part of a pattern: where its value goes, and what stands in for undefined. */
interface Element {
  readonly target: ts.BindingName | ts.Expression;
  readonly initializer: ts.Expression | undefined;
}

export function isAssignmentPattern(
  node: ts.Node,
): node is ts.ArrayLiteralExpression | ts.ObjectLiteralExpression {
  return ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node);
}

/**
 * Lowers a pattern that awaits in a default value, a computed key or a target, part by part (ECMA-262 8.6.2 and
 * 13.15.5).
 * @param value code that may be evaluated any number of times
 */
export function lowerPattern(lowering: Lowering, pattern: Pattern, value: Code): void {
  if (ts.isObjectBindingPattern(pattern) || ts.isObjectLiteralExpression(pattern))
    lowerObjectPattern(lowering, pattern, value);
  else lowerArrayPattern(lowering, pattern, value);
}

function lowerObjectPattern(
  lowering: Lowering,
  pattern: ts.ObjectBindingPattern | ts.ObjectLiteralExpression,
  value: Code,
): void {
  // Throws for null and undefined.
  lowering.graph.emit(code`({} = ${value})`);
  const keys: Code[] = [];
  const properties: readonly (ts.BindingElement | ts.ObjectLiteralElementLike)[] = ts.isObjectBindingPattern(
    pattern,
  )
    ? pattern.elements
    : pattern.properties;
  for (const property of properties) {
    const isRest = ts.isBindingElement(property)
      ? property.dotDotDotToken !== undefined
      : ts.isSpreadAssignment(property);
    if (isRest) {
      const rest = code`${lowering.registers.activation}.rest(${value}, [${joinCode(keys, ', ')}])`;
      lowerElement(lowering, elementOf(property), () => rest);
    } else {
      const key = lowerKey(lowering, property);
      keys.push(key);
      lowerElement(lowering, elementOf(property), () => code`${value}[${key}]`);
    }
  }
}

function lowerKey(lowering: Lowering, property: ts.BindingElement | ts.ObjectLiteralElementLike): Code {
  const name = ts.isBindingElement(property) ? (property.propertyName ?? property.name) : property.name;
  if (name === undefined || !ts.isComputedPropertyName(name)) return [keyText(name)];
  // Converted to a property key once (ECMA-262 7.1.19).
  const key = lowering.lowerExpression(name.expression);
  return spill(lowering, code`Reflect.ownKeys({ [${key}]: 0 })[0]`);
}

function keyText(name: ts.Node | undefined): string {
  if (name === undefined) return '';
  return ts.isIdentifier(name) ? JSON.stringify(name.text) : name.getText();
}

/**
 * Values are taken one by one, and the iterator is let go of at the end, also by an exception, unless it has ended or has
 * thrown itself: then the register of the cursor is empty.
 */
function lowerArrayPattern(
  lowering: Lowering,
  { elements }: ts.ArrayBindingPattern | ts.ArrayLiteralExpression,
  value: Code,
): void {
  const { graph, registers } = lowering;
  const [cursor, taking] = [temporary(lowering, '$i'), temporary(lowering, '$j')];
  graph.emit(code`${define(cursor)} = ${registers.activation}.iterate(${value})`);
  const take = (read: Code): Code => {
    graph.emit(code`${define(taking)} = ${use(cursor)}`);
    graph.emit(code`${define(cursor)} = undefined`);
    return read;
  };
  const next = code`${use(taking)} !== undefined && ${use(taking)}.next() ? (${define(cursor)} = ${use(taking)}).value : undefined`;
  const remaining = code`${registers.activation}.remaining(${use(taking)})`;
  const outer = graph.handler;
  const [thrown, after] = [graph.block(), graph.block()];
  graph.handler = thrown;
  graph.enter(graph.block());
  for (const element of elements) {
    if (ts.isOmittedExpression(element)) graph.emit(take(next));
    else lowerElement(lowering, elementOf(element), () => take(isRestElement(element) ? remaining : next));
  }
  graph.handler = outer;
  graph.enter(graph.block());
  graph.emit(code`${use(cursor)}?.close()`);
  graph.end({ kind: 'goto', to: after });
  graph.enter(thrown);
  const error = spill(lowering, [registers.thrown]);
  graph.emit(code`${use(cursor)}?.abandon()`);
  graph.end({ kind: 'throw', value: error });
  graph.enter(after);
}

function isRestElement(element: ts.BindingElement | ts.Expression): boolean {
  return ts.isBindingElement(element) ? element.dotDotDotToken !== undefined : ts.isSpreadElement(element);
}

function elementOf(node: ts.BindingElement | ts.ObjectLiteralElementLike | ts.Expression): Element {
  if (ts.isBindingElement(node)) return { target: node.name, initializer: node.initializer };
  if (ts.isShorthandPropertyAssignment(node))
    return { target: node.name, initializer: node.objectAssignmentInitializer };
  if (ts.isSpreadElement(node) || ts.isSpreadAssignment(node))
    return { target: unwrap(node.expression), initializer: undefined };
  const given = unwrap(ts.isPropertyAssignment(node) ? node.initializer : (node as ts.Expression));
  if (ts.isBinaryExpression(given) && given.operatorToken.kind === ts.SyntaxKind.EqualsToken)
    return { target: unwrap(given.left), initializer: given.right };
  return { target: given, initializer: undefined };
}

/** The target's own parts come before its value. */
function lowerElement(lowering: Lowering, { target, initializer }: Element, read: () => Code): void {
  const { graph } = lowering;
  const place = isPattern(target) ? undefined : lowerPlace(lowering, target);
  const value = temporary(lowering);
  const taken = read();
  graph.emit(code`${define(value)} = ${taken}`);
  if (initializer !== undefined) {
    branch(lowering, code`${use(value)} === undefined`, () => {
      graph.emit(code`${define(value)} = ${lowering.lowerExpression(initializer)}`);
    });
  }
  if (isPattern(target)) lowerPattern(lowering, target, use(value));
  else if (place !== undefined) graph.emit(code`${place} = ${use(value)}`);
}

function isPattern(node: ts.Node): node is Pattern {
  return isAssignmentPattern(node) || ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node);
}

function lowerPlace(lowering: Lowering, target: ts.BindingName | ts.Expression): Code {
  if (ts.isIdentifier(target)) {
    const isDeclared = ts.isBindingElement(target.parent);
    return isDeclared ? bindingTarget(lowering, target) : print(lowering, target);
  }
  return lowerTarget(lowering, target as ts.Expression);
}
