import { expect, test } from 'vitest';

import { decodeValues, encodeValues } from '../../runtime/encode-values.ts';

test('values come back as they were', () => {
  const cycle: Record<string, unknown> = {
    at: new Date(5),
    map: new Map([['a', new Set([1n, Number.NaN])]]),
    url: new URL('http://a.test/'),
  };
  cycle['self'] = cycle;
  const back = decodeValues(encodeValues(cycle)) as typeof cycle;
  expect(back).toEqual(cycle);
  expect(back['self']).toBe(back);
});

test('errors keep type, message, cause and own fields', () => {
  const error = Object.assign(new TypeError('no', { cause: new RangeError('why') }), { code: 'E' });
  const back = decodeValues(encodeValues(error)) as typeof error;
  expect(back).toBeInstanceOf(TypeError);
  expect(back.cause).toBeInstanceOf(RangeError);
  expect(back).toMatchObject({ message: 'no', code: 'E' });
});

test.each([
  [{ run() {} }, 'state.run cannot be carried'],
  [{ list: [1, { made: new AbortController() }] }, 'state.list[1].made cannot be carried'],
  [{ later: Promise.resolve() }, 'state.later cannot be carried'],
])('what is not data is refused with its path: %#', (value, message) => {
  expect(() => encodeValues(value)).toThrow(message);
});

test('accessors are refused and not run', () => {
  let runs = 0;
  const value = {
    get secret() {
      return ++runs;
    },
  };
  expect(() => encodeValues({ value })).toThrow(
    'state.value.secret cannot be carried to the next round: it is an accessor',
  );
  expect(runs).toBe(0);
});

test('__proto__ in a payload changes no prototype', () => {
  expect(() => encodeValues(JSON.parse('{"__proto__":{"admin":true}}'))).toThrow();
  expect(() => decodeValues('[{"__proto__":1},{"admin":2},true]')).toThrow();
  expect({}).not.toHaveProperty('admin');
});
