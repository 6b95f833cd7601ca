import { ts } from '../syntax/ts.ts';
import { code, define, use } from './code.ts';
import type { Code, Variable } from './code.ts';
import type { BlockId } from './flow-graph.ts';
import { declare, lowerDeclarations, openBoxes, openScope } from './lower-binding.ts';
import { emitJump } from './jumps.ts';
import { awaitValue } from './lower-call.ts';
import { isAssignmentPattern, lowerPattern } from './lower-pattern.ts';
import { lowerTarget } from './lower-target.ts';
import { print, spill, temporary } from './lowering.ts';
import type { Jump, Lowering } from './lowering.ts';
import { isUsing, refuseUsing } from './refuse-using.ts';
import { unwrap } from '../syntax/unwrap.ts';
import { containsAwait, isOptional } from './suspension.ts';

export function lowerLoop(
  lowering: Lowering,
  node: ts.WhileStatement | ts.DoStatement,
  labels: readonly string[],
): void {
  const { graph } = lowering;
  const [test, body, after] = [graph.block(), graph.block(), graph.block()];
  graph.end({ kind: 'goto', to: ts.isDoStatement(node) ? body : test });
  graph.enter(test);
  graph.end({
    kind: 'branch',
    test: lowering.lowerExpression(node.expression),
    whenTrue: body,
    otherwise: after,
  });
  graph.enter(body);
  lowerBody(lowering, node.statement, labels, after, test);
  graph.end({ kind: 'goto', to: test });
  graph.enter(after);
}

function lowerBody(
  lowering: Lowering,
  body: ts.Statement,
  labels: readonly string[],
  breakTo: BlockId,
  continueTo: BlockId,
): void {
  lowering.scopes.push({ kind: 'target', labels, breakTo, continueTo, isDefault: true });
  lowering.lowerStatement(body);
  lowering.scopes.pop();
}

/** `for (let …)`: a variable that functions share gets a new box per turn (ECMA-262 14.7.4.4). */
export function lowerFor(lowering: Lowering, node: ts.ForStatement, labels: readonly string[]): void {
  const { graph } = lowering;
  openScope(lowering, node);
  const { initializer } = node;
  if (initializer !== undefined) {
    if (ts.isVariableDeclarationList(initializer)) lowerDeclarations(lowering, initializer);
    else graph.emit(lowering.lowerExpression(initializer));
  }
  renewBoxes(lowering, node);
  const [test, body, update, after] = [graph.block(), graph.block(), graph.block(), graph.block()];
  graph.enter(test);
  const condition = node.condition === undefined ? code`true` : lowering.lowerExpression(node.condition);
  graph.end({ kind: 'branch', test: condition, whenTrue: body, otherwise: after });
  graph.enter(body);
  lowerBody(lowering, node.statement, labels, after, update);
  graph.enter(update);
  renewBoxes(lowering, node);
  if (node.incrementor !== undefined) graph.emit(lowering.lowerExpression(node.incrementor));
  graph.end({ kind: 'goto', to: test });
  graph.enter(after);
}

function renewBoxes(lowering: Lowering, scope: ts.Node): void {
  for (const binding of lowering.print.bindings.inScope.get(scope) ?? []) {
    if (binding.isBoxed) lowering.graph.emit(code`${define(binding)} = { v: ${use(binding)}.v }`);
  }
}

/** `for … of` and `for … in` over a cursor, whose position is data. */
export function lowerForEach(
  lowering: Lowering,
  node: ts.ForOfStatement | ts.ForInStatement,
  labels: readonly string[],
): void {
  const { graph } = lowering;
  const isAsync = ts.isForOfStatement(node) && node.awaitModifier !== undefined;
  // The names of the loop exist, uninitialized, while its source is evaluated (ECMA-262 14.7.5.12).
  openBoxes(lowering, node);
  const cursor = temporary(lowering, '$i');
  graph.emit(code`${define(cursor)} = ${lowerSource(lowering, node)}`);
  const [test, body, after] = [graph.block(), graph.block(), graph.block()];
  graph.enter(test);
  const advance = code`${use(cursor)}.next()`;
  const hasNext = isAsync ? awaitValue(lowering, advance) : advance;
  graph.end({ kind: 'branch', test: hasNext, whenTrue: body, otherwise: after });
  const turn = (breakTo: BlockId): void => {
    openScope(lowering, node);
    bindElement(lowering, node.initializer, code`${use(cursor)}.value`);
    lowerBody(lowering, node.statement, labels, breakTo, test);
    graph.end({ kind: 'goto', to: test });
  };
  graph.enter(body);
  if (ts.isForInStatement(node)) turn(after);
  else closeWhenLeft(lowering, node, cursor, after, turn);
  graph.enter(after);
}

function lowerSource(lowering: Lowering, node: ts.ForOfStatement | ts.ForInStatement): Code {
  const { activation } = lowering.registers;
  const source = (): Code => lowering.lowerExpression(node.expression);
  if (ts.isForInStatement(node)) return code`${activation}.iterateKeys(${source()})`;
  if (node.awaitModifier !== undefined) return code`${activation}.iterateAsync(${source()})`;
  const call = unwrap(node.expression);
  const view = ts.isCallExpression(call) ? viewCalled(call) : undefined;
  if (view === undefined) return code`${activation}.iterate(${source()})`;
  const receiver = lowering.lowerExpression(view.expression);
  return code`${activation}.iterateView(${receiver}, ${JSON.stringify(view.name.text)})`;
}

/** The method in `source.entries()` and the like. */
function viewCalled(call: ts.CallExpression): ts.PropertyAccessExpression | undefined {
  const method = unwrap(call.expression);
  if (call.arguments.length > 0 || isOptional(call) || !ts.isPropertyAccessExpression(method))
    return undefined;
  const isView = ['entries', 'keys', 'values'].includes(method.name.text);
  return isView && method.expression.kind !== ts.SyntaxKind.SuperKeyword ? method : undefined;
}

/** Lowers the turn of a loop, and what lets go of the iterator where it is left early (ECMA-262 14.7.5.7). */
function closeWhenLeft(
  lowering: Lowering,
  node: ts.ForOfStatement,
  cursor: Variable,
  after: BlockId,
  turn: (breakTo: BlockId) => void,
): void {
  const { graph, scopes, registers } = lowering;
  const outer = graph.handler;
  const depth = scopes.length;
  const [broken, thrown] = [graph.block(), graph.block()];
  const release = (method: 'close' | 'abandon'): void => {
    const call = code`${use(cursor)}.${method}()`;
    graph.emit(node.awaitModifier === undefined ? call : awaitValue(lowering, call));
  };
  const passThrough = (jump: Jump): void => {
    const inner = { scopes: scopes.splice(depth), handler: graph.handler };
    graph.handler = outer;
    graph.enter(graph.block());
    release('close');
    emitJump(lowering, jump);
    scopes.push(...inner.scopes);
    graph.handler = inner.handler;
  };
  scopes.push({ kind: 'finally', passThrough });
  graph.handler = thrown;
  graph.enter(graph.block());
  turn(broken);
  graph.handler = outer;
  scopes.pop();
  graph.enter(broken);
  release('close');
  graph.end({ kind: 'goto', to: after });
  graph.enter(thrown);
  const error = spill(lowering, [registers.thrown]);
  release('abandon');
  graph.end({ kind: 'throw', value: error });
}

function bindElement(lowering: Lowering, target: ts.ForInitializer, value: Code): void {
  if (!ts.isVariableDeclarationList(target)) {
    assignElement(lowering, unwrap(target), value);
    return;
  }
  if (isUsing(target)) refuseUsing(target);
  const name = target.declarations[0]?.name;
  if (name !== undefined) declare(lowering, name, value);
}

function assignElement(lowering: Lowering, target: ts.Expression, value: Code): void {
  if (!containsAwait(target)) {
    lowering.graph.emit(code`(${print(lowering, target)} = ${value})`);
    return;
  }
  const element = spill(lowering, value);
  if (isAssignmentPattern(target)) lowerPattern(lowering, target, element);
  else lowering.graph.emit(code`${lowerTarget(lowering, target)} = ${element}`);
}
