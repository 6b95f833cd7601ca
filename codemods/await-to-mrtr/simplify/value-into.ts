import { ts } from '../../../engine/syntax/ts.ts';
import { OperandHoister } from './operand-hoister.ts';
import { NotSimplified, type SimplifyContext } from './simplify-context.ts';
import { testOf } from './value-types.ts';
import { PromiseChain } from './promise-chain.ts';
import { unwrap } from '../../../engine/syntax/unwrap.ts';
import type { Part } from './text-builder.ts';

/** Where the value of an expression goes. */
export type Sink = (value: Part) => Part;

interface SinkOptions {
  /** The sink leaves the function. */
  readonly returns?: boolean;
  /** A promise that is returned may be awaited first. */
  readonly mayAwait?: boolean;
  /** The sink declares a variable, so it cannot stand in a branch. */
  readonly onlyValue?: boolean;
}

/** Evaluates an expression into a sink, in statements that suspend at most once each. */
export function valueInto(
  expression: ts.Expression,
  sink: Sink,
  context: SimplifyContext,
  options: SinkOptions = {},
): readonly Part[] {
  const { suspensions, checker } = context;
  const value = unwrap(expression);
  if (!suspensions.isIn(value)) return [sink(expression)];
  if (options.onlyValue !== true) {
    if (
      ts.isConditionalExpression(value) &&
      (suspensions.isIn(value.whenTrue) || suspensions.isIn(value.whenFalse))
    ) {
      const hoister = new OperandHoister(context);
      const condition = hoister.hoist(value.condition);
      const whenTrue = valueInto(value.whenTrue, sink, context, options);
      const whenFalse = valueInto(value.whenFalse, sink, context, options);
      const head: Part = ['if (', condition, ') ', { block: whenTrue }];
      return options.returns === true
        ? [...hoister.statements, head, ...whenFalse]
        : [...hoister.statements, [head, ' else ', { block: whenFalse }]];
    }
    if (ts.isBinaryExpression(value) && isShortCircuit(value) && suspensions.isIn(value.right)) {
      const hoister = new OperandHoister(context);
      const name = context.fresh('value');
      const first = hoister.hoist(value.left);
      const test = testOf(ts.tokenToString(value.operatorToken.kind) ?? '', name, [value.left], checker);
      const right = valueInto(value.right, sink, context, options);
      const kept: Part = [`const ${name} = `, first, ';'];
      return options.returns === true
        ? [...hoister.statements, kept, guarded(test, right), sink(name)]
        : [...hoister.statements, kept, [guarded(test, right), ' else ', { block: [sink(name)] }]];
    }
    if (PromiseChain.isChain(value, context))
      return new PromiseChain(context).promise(value.expression, sink);
  }
  if (suspensions.isCall(value) || PromiseChain.isLink(value, context)) {
    if (options.mayAwait !== true) throw new NotSimplified();
    return new PromiseChain(context).promise(value, sink);
  }
  const hoister = new OperandHoister(context);
  const whole = hoister.whole(expression);
  return [...hoister.statements, sink(whole)];
}

/** `if (test) { body }` */
export function guarded(test: string, body: readonly Part[]): Part {
  return [`if (${test}) `, { block: body }];
}

export function isShortCircuit({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return (
    kind === ts.SyntaxKind.QuestionQuestionToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.AmpersandAmpersandToken
  );
}
