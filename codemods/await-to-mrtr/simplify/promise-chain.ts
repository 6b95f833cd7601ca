import { collectReferences } from '../../../engine/analyze/collect-references.ts';
import { ts } from '../../../engine/syntax/ts.ts';
import { OperandHoister } from './operand-hoister.ts';
import { NotSimplified, type SimplifyContext } from './simplify-context.ts';
import type { Sink } from './value-into.ts';
import type { Part } from './text-builder.ts';

const HANDLERS: ReadonlySet<string> = new Set(['then', 'catch']);

/** `await ask.then(…).catch(…)` as statements. */
export class PromiseChain {
  readonly #context: SimplifyContext;

  constructor(context: SimplifyContext) {
    this.#context = context;
  }

  static isChain(node: ts.Expression, context: SimplifyContext): node is ts.AwaitExpression {
    return ts.isAwaitExpression(node) && PromiseChain.isLink(node.expression, context);
  }

  static isLink(node: ts.Expression, { suspensions }: SimplifyContext): boolean {
    const link = linkOf(node);
    return link !== undefined && suspensions.isIn(link.promise);
  }

  /** Evaluates a promise, or a chain that begins with one, into a sink. */
  promise(expression: ts.Expression, sink: Sink): readonly Part[] {
    if (this.#context.suspensions.isCall(expression)) {
      const hoister = new OperandHoister(this.#context);
      const call = hoister.awaitedCall(expression);
      return [...hoister.statements, sink(['await ', call])];
    }
    const link = linkOf(expression);
    if (link === undefined) throw new NotSimplified();
    const { name, body, isAsync } = handlerOf(link.handler, this.#context.checker);
    const operand: Part[] = ts.isLeftHandSideExpression(body) ? [body] : ['(', body, ')'];
    const result = sink(isAsync ? ['await ', ...operand] : body);
    if (link.method === 'catch') {
      const head = name === undefined ? 'catch' : `catch (${name})`;
      const block = this.promise(link.promise, sink);
      return [['try ', { block }, ` ${head} `, { block: [result] }]];
    }
    if (name === undefined) return [...this.promise(link.promise, (value) => [value, ';']), result];
    return [...this.promise(link.promise, (value) => [`const ${name} = `, value, ';']), result];
  }
}

interface Link {
  readonly promise: ts.Expression;
  readonly method: string;
  readonly handler: ts.Expression;
}

function linkOf(node: ts.Expression): Link | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const [handler, second] = node.arguments;
  const method = node.expression.name.text;
  if (handler === undefined || second !== undefined || !HANDLERS.has(method)) return undefined;
  return { promise: node.expression.expression, method, handler };
}

/** An arrow function that is an expression, and whose parameter nothing else in the function goes by. */
function handlerOf(
  handler: ts.Expression,
  checker: ts.TypeChecker,
): { readonly name: string | undefined; readonly body: ts.Expression; readonly isAsync: boolean } {
  if (!ts.isArrowFunction(handler) || ts.isBlock(handler.body) || handler.parameters.length > 1)
    throw new NotSimplified();
  const [parameter] = handler.parameters;
  if (parameter?.initializer !== undefined || parameter?.dotDotDotToken !== undefined)
    throw new NotSimplified();
  const owner = ts.findAncestor(handler.parent, ts.isFunctionLike);
  const names = parameter === undefined ? [] : collectReferences(parameter.name, checker);
  const isTaken = names.some(
    ({ node }) => owner !== undefined && countOf(node.text, owner) > countOf(node.text, handler),
  );
  if (isTaken) throw new NotSimplified();
  const type = checker.getTypeAtLocation(handler.body);
  return { name: parameter?.getText(), body: handler.body, isAsync: checker.getAwaitedType(type) !== type };
}

function countOf(name: string, root: ts.Node): number {
  let count = ts.isIdentifier(root) && root.text === name ? 1 : 0;
  ts.forEachChild(root, (child) => {
    count += countOf(name, child);
  });
  return count;
}
