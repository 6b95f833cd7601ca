import { ts } from '../../../engine/syntax/ts.ts';

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

/** A variable for an answer that has no name of its own. */
export function nameOfAnswer({ expression }: ts.CallExpression): string {
  const name = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
  if (/^(elicitInput|send|request|sendRequest)$/.test(name)) return 'answer';
  if (/^(createMessage|requestSampling)$/.test(name)) return 'completion';
  if (name === 'listRoots') return 'roots';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `${name}Answer` : 'answer';
}
