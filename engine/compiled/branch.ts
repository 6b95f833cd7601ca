import { ts } from '../syntax/ts.ts';
import { code } from './code.ts';
import type { Code } from './code.ts';
import type { Lowering } from './lowering.ts';

/** Runs `then` or `otherwise` and continues behind both. */
export function branch(lowering: Lowering, test: Code, then: () => void, otherwise?: () => void): void {
  const { graph } = lowering;
  const [thenBlock, otherwiseBlock] = [graph.block(), graph.block()];
  const after = otherwise === undefined ? otherwiseBlock : graph.block();
  graph.end({ kind: 'branch', test, whenTrue: thenBlock, otherwise: otherwiseBlock });
  graph.enter(thenBlock);
  then();
  graph.end({ kind: 'goto', to: after });
  if (otherwise !== undefined) {
    graph.enter(otherwiseBlock);
    otherwise();
  }
  graph.enter(after);
}

/** For `&&`, `||`, `??` and their assignments: when the right side is evaluated. */
export function shortCircuitTest(kind: ts.SyntaxKind): ((left: Code) => Code) | undefined {
  switch (kind) {
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
      return (left) => left;
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.BarBarEqualsToken:
      return (left) => code`!${left}`;
    case ts.SyntaxKind.QuestionQuestionToken:
    case ts.SyntaxKind.QuestionQuestionEqualsToken:
      return (left) => code`${left} === undefined || ${left} === null`;
    default:
      return undefined;
  }
}
