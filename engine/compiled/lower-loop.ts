import { ts } from '../syntax/ts.ts';
import { code, define, use } from './code.ts';
import type { Code } from './code.ts';
import type { BlockId } from './flow-graph.ts';
import { declare, lowerDeclarations, openBoxes, openScope } from './lower-binding.ts';
import { print, temporary } from './lowering.ts';
import type { Lowering } from './lowering.ts';
import { unsupported } from './unsupported.ts';

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
  if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) throw unsupported(node, '`for await`');
  const { graph } = lowering;
  // The names of the loop exist, uninitialized, while its source is evaluated (ECMA-262 14.7.5.12).
  openBoxes(lowering, node);
  const cursor = temporary(lowering, '$i');
  const source = lowering.lowerExpression(node.expression);
  const method = ts.isForOfStatement(node) ? 'iterate' : 'iterateKeys';
  graph.emit(code`${define(cursor)} = ${lowering.registers.activation}.${method}(${source})`);
  const [test, body, after] = [graph.block(), graph.block(), graph.block()];
  graph.enter(test);
  graph.end({ kind: 'branch', test: code`${use(cursor)}.next()`, whenTrue: body, otherwise: after });
  graph.enter(body);
  openScope(lowering, node);
  bindElement(lowering, node.initializer, code`${use(cursor)}.value`);
  lowerBody(lowering, node.statement, labels, after, test);
  graph.end({ kind: 'goto', to: test });
  graph.enter(after);
}

function bindElement(lowering: Lowering, target: ts.ForInitializer, value: Code): void {
  if (!ts.isVariableDeclarationList(target)) {
    lowering.graph.emit(code`(${print(lowering, target)} = ${value})`);
    return;
  }
  const name = target.declarations[0]?.name;
  if (name !== undefined) declare(lowering, name, value);
}
