import { expect, test } from 'vitest';

import { planUnion } from '../../generator/emit/plan-union.ts';
import type { UnionPlan } from '../../generator/emit/plan-union.ts';
import type { Definitions, SchemaObject } from '../../generator/model/json-schema.ts';

const object = (properties: SchemaObject['properties'] = {}, required: string[] = []): SchemaObject => ({
  type: 'object',
  properties,
  required,
});
const definitions: Definitions = new Map(
  Object.entries({
    Text: object({ type: { const: 'text' } }, ['type']),
    Image: object({ type: { const: 'image' } }, ['type']),
    Titled: object({ type: { const: 'string' }, oneOf: { type: 'array' } }, ['type', 'oneOf']),
    Plain: object({ type: { const: 'string' } }, ['type']),
    Amount: object({ type: { enum: ['number', 'integer'] } }, ['type']),
    Strings: { anyOf: [{ $ref: '#/$defs/Titled' }, { $ref: '#/$defs/Plain' }] },
    Form: object({ mode: { const: 'form' } }),
    Url: object({ mode: { const: 'url' } }, ['mode']),
    Ask: object({ id: {}, method: { type: 'string' }, result: false }, ['id', 'method']),
    Tell: object({ id: false, method: { type: 'string' }, result: false }, ['method']),
    Answer: object({ id: {}, method: false, result: {} }, ['id', 'result']),
    List: { type: 'array', items: { $ref: '#/$defs/Text' } },
    Anything: object({ name: { type: 'string' } }, ['name']),
  }),
);

/** `type: text → Text | …`, short enough to read. */
function show(plan: UnionPlan): unknown {
  if (plan.kind === 'any')
    return plan.branches.map((branch) =>
      typeof branch === 'object' ? branch.$ref?.replace('#/$defs/', '') : branch,
    );
  if (plan.kind === 'presence')
    return { [plan.property]: { present: show(plan.present), absent: show(plan.absent) } };
  const cases = [...plan.byConstant].map(([constant, part]) => [String(constant), show(part)] as const);
  return {
    [plan.property]: { ...Object.fromEntries(cases), absent: show(plan.absent) },
    others: show({ kind: 'any', branches: plan.others }),
  };
}

test.each([
  [
    'a required constant',
    ['Text', 'Image'],
    { type: { text: ['Text'], image: ['Image'], absent: [] }, others: [] },
  ],
  [
    'unions within the union, several branches of one constant, one branch of several constants',
    ['Strings', 'Amount'],
    {
      type: { string: ['Titled', 'Plain'], number: ['Amount'], integer: ['Amount'], absent: [] },
      others: [],
    },
  ],
  [
    'a constant that may be absent',
    ['Form', 'Url'],
    { mode: { form: ['Form'], url: ['Url'], absent: ['Form'] }, others: [] },
  ],
  [
    'a branch that is no object',
    ['Text', 'List', 'Image'],
    { type: { text: ['Text'], image: ['Image'], absent: [] }, others: ['List'] },
  ],
  [
    'properties that are there or not',
    ['Ask', 'Tell', 'Answer'],
    { id: { present: { method: { present: ['Ask'], absent: ['Answer'] } }, absent: ['Tell'] } },
  ],
  ['a branch without the constant', ['Text', 'Image', 'Anything'], ['Text', 'Image', 'Anything']],
  ['one branch', ['Text'], ['Text']],
])('%s', (_, names, expected) => {
  const branches = names.map((name) => ({ $ref: `#/$defs/${name}` }));
  expect(show(planUnion(branches, definitions))).toEqual(expected);
});
