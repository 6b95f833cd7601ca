import type { InputRequest } from '@modelcontextprotocol/server';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Continuation } from '../../runtime/continuation.ts';
import { createValueEncoder } from '../../runtime/encode-values.ts';
import { decodeEnvelope, encodeEnvelope, type Envelope } from '../../runtime/envelope.ts';
import { lengthen, shorten } from '../../runtime/phrases.ts';

const encoder = createValueEncoder();
const FORM: InputRequest = {
  method: 'elicitation/create',
  params: {
    message: 'Which \u0001 of "]},"mode":"form"}}?',
    requestedSchema: { type: 'object', properties: { size: { type: 'string' } }, required: ['size'] },
    mode: 'form',
  },
};

// JSON has no negative zero, and a state refuses a property of this name.
const values = fc
  .json()
  .filter((text) => !text.includes('__proto__'))
  .map((text) => JSON.parse(text) as unknown);

const bindings = fc.record({
  name: fc.option(fc.constantFrom('', 'publish', '\n', '0'), { nil: undefined }),
  digest: fc.constantFrom('d', 'RQ1kZfiitFu5iiS'),
});

const envelopes = fc.record({
  method: fc.constantFrom('tools/call', 'prompts/get', 'resources/read', 'other', '0'),
  expires: fc.nat(),
  flow: fc.string({ minLength: 1 }),
  round: fc.integer({ min: 1 }),
  reasks: fc.nat({ max: 9 }),
  questions: fc.dictionary(
    fc.oneof(fc.string(), fc.constant('__proto__')),
    fc.record({ request: fc.constant(FORM), unvalidated: fc.boolean() }),
  ),
  answers: fc.dictionary(fc.string(), values),
  value: fc.oneof(
    values,
    fc.string().map((text) => new Continuation(text)),
  ),
});

test('what is sealed comes back as it was', () => {
  fc.assert(
    fc.property(envelopes, fc.option(bindings), (unbound, bound) => {
      const envelope: Envelope = bound === null ? unbound : { ...unbound, bound };
      expect(decodeEnvelope(encodeEnvelope(envelope, encoder), encoder)).toEqual(envelope);
    }),
    { numRuns: 500 },
  );
});

test('shortening is undone, whatever the text of a question is', () => {
  const texts = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(lengthen(shorten(text))).toBe(text);
    }),
  );
  const form = JSON.stringify(FORM);
  expect(lengthen(shorten(form))).toBe(form);
});

test('the phrases of the format keep their places', () => {
  const usual = JSON.stringify({ ...FORM, params: { ...FORM.params, message: 'Which?' } });
  expect(shorten(usual)).toBe('\u0001Which?\u0002size\u0008}\u0007size\u0003');
});
