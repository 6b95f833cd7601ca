import { ts } from '../../../engine/syntax/ts.ts';
import { unwrap } from '../../../engine/syntax/unwrap.ts';

/** The calls that end a round, and questions about expressions that contain them. */
export class Suspensions {
  readonly #calls: ReadonlySet<ts.Node>;

  constructor(calls: ReadonlySet<ts.Node>) {
    this.#calls = calls;
  }

  isCall(node: ts.Node): node is ts.CallExpression {
    return this.#calls.has(node);
  }

  /** A suspension happens while the node is evaluated: functions inside it are only made. */
  isIn(node: ts.Node | undefined): boolean {
    if (node === undefined || ts.isFunctionLike(node)) return false;
    if (this.#calls.has(node)) return true;
    return ts.forEachChild(node, (child) => this.isIn(child) || undefined) ?? false;
  }

  firstIn(node: ts.Node): ts.CallExpression | undefined {
    if (ts.isFunctionLike(node)) return undefined;
    return this.isCall(node) ? node : ts.forEachChild(node, (child) => this.firstIn(child));
  }

  countIn(node: ts.Node): number {
    if (ts.isFunctionLike(node)) return 0;
    let count = this.#calls.has(node) ? 1 : 0;
    ts.forEachChild(node, (child) => {
      count += this.countIn(child);
    });
    return count;
  }

  /** The call of `await call(…)`, assertions and parentheses looked through. */
  awaitedBy(node: ts.Node): ts.CallExpression | undefined {
    if (!ts.isAwaitExpression(node)) return undefined;
    const operand = unwrap(node.expression);
    return this.isCall(operand) ? operand : undefined;
  }
}
