import { awaited, boundName } from '../../../engine/find/bound-name.ts';
import { ts } from '../../../engine/syntax/ts.ts';
import type { SimplifyContext } from './simplify-context.ts';

/** The name of the parameter that takes an argument. */
export function nameOfArgument(
  call: ts.CallExpression | ts.NewExpression,
  index: number,
  checker: ts.TypeChecker,
): string {
  const parameter = checker.getResolvedSignature(call)?.parameters[index]?.name;
  return parameter !== undefined && /^[A-Za-z_$][\w$]*$/.test(parameter) && !parameter.startsWith('__')
    ? parameter
    : 'value';
}

/**
 * A variable for an answer that has no name of its own: named after what it becomes (a property, a parameter), else after
 * what gives it.
 */
export function nameOfAnswer(call: ts.CallExpression, { checker, isFree }: SimplifyContext): string {
  const destination = destinationOf(call, checker);
  if (destination !== undefined)
    return isFree(destination) || destination.endsWith('Answer') ? destination : `${destination}Answer`;
  const { expression } = call;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
  if (/^(elicitInput|send|request|sendRequest)$/.test(name)) return 'answer';
  if (/^(createMessage|requestSampling)$/.test(name)) return 'completion';
  if (name === 'listRoots') return 'roots';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `${name}Answer` : 'answer';
}

/** What takes the value of an expression, through defaults, conditions and conversions. */
function destinationOf(node: ts.Expression, checker: ts.TypeChecker): string | undefined {
  const own = boundName(node);
  if (own !== undefined) return GENERIC.has(own) ? undefined : own;
  const at = awaited(node);
  const { parent } = at;
  if (isChoice(parent, at) || isConversion(parent)) {
    const name = destinationOf(parent, checker);
    return name === undefined || name.endsWith('Answer') ? name : `${name}Answer`;
  }
  if (!ts.isCallExpression(parent) && !ts.isNewExpression(parent)) return undefined;
  const index = parent.arguments?.findIndex((argument) => argument === at) ?? -1;
  const parameter = checker.getResolvedSignature(parent)?.parameters[index]?.valueDeclaration;
  if (parameter === undefined || !ts.isParameter(parameter) || !ts.isIdentifier(parameter.name))
    return undefined;
  // Those of libraries are named after what they are there, not here.
  const isOwn = !parameter.getSourceFile().isDeclarationFile && parameter.dotDotDotToken === undefined;
  return isOwn && !GENERIC.has(parameter.name.text) ? parameter.name.text : undefined;
}

/** Names that tell nothing of what was asked. */
const GENERIC: ReadonlySet<string> = new Set(['content', 'data', 'message', 'result', 'text', 'value']);

/** The expression is one of the values that another one may have. */
function isChoice(node: ts.Node, operand: ts.Node): node is ts.Expression {
  if (ts.isConditionalExpression(node)) return node.condition !== operand;
  return (
    ts.isBinaryExpression(node) &&
    (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken ||
      node.operatorToken.kind === ts.SyntaxKind.BarBarToken)
  );
}

function isConversion(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) && /^(String|Number|Boolean)$/.test(node.expression.getText());
}
