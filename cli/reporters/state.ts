import type { StateDescription, VariableDescription } from '../state/describe-state.ts';
import type { Colors } from './pretty-diagnostic.ts';

/** A state for people: one line a fact, then its variables, the largest first. */
export function printState(state: StateDescription, colors: Colors): string {
  const { bold, dim, green, yellow } = colors;
  const name = state.name === undefined ? '' : ` ${state.name}`;
  const facts: [string, string][] = [
    ['sealed', `${state.version}, key ${state.keyId}, ${state.characters} characters${compression(state)}`],
    [
      'authentic',
      state.authentic
        ? green('yes')
        : yellow('not for this requester: give --principal, --audience, --origin'),
    ],
    ['request', `${state.method}${name}`],
    ['arguments', state.argumentsDigest ?? 'not bound'],
    ['expires', state.expired ? yellow(`${state.expires}, over`) : state.expires],
    [
      'flow',
      `${state.flow}, round ${state.round}${state.reasks === 0 ? '' : `, asked again ${state.reasks} times`}`,
    ],
  ];
  const questions = state.questions.map(
    ({ key, asks, answered }) => `  ${bold(key)}  ${asks}${answered ? dim('  (answered)') : ''}`,
  );
  const frames = (state.frames ?? []).flatMap((frame) => [
    `  ${bold(frame.function)}, ${frame.point === undefined ? `label ${frame.label}` : `at ${frame.point}`}`,
    ...printVariables(frame.variables, colors, '    '),
  ]);
  return [
    ...facts.map(([label, text]) => `${dim(label.padEnd(10))} ${text}`),
    ...section('questions', questions),
    ...section('variables', printVariables(state.variables, colors, '  ')),
    ...section('frames', frames),
  ].join('\n');
}

function compression({ deflated, textLength }: StateDescription): string {
  return deflated ? `, deflated from ${textLength}` : '';
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function printVariables(
  variables: readonly VariableDescription[],
  { bold, dim }: Colors,
  indent: string,
): string[] {
  return variables
    .toSorted((a, b) => b.size - a.size)
    .map(({ name, size, value }) => `${indent}${bold(name)} ${dim(`(${size})`)}  ${value}`);
}
