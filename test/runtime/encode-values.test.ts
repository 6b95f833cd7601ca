import {
  ProtocolError,
  ResourceNotFoundError,
  SdkError,
  SdkErrorCode,
  UrlElicitationRequiredError,
} from '@modelcontextprotocol/server';
import { expect, test } from 'vitest';

import { createValueEncoder } from '../../runtime/encode-values.ts';
import { withSdkErrors } from '../../runtime/sdk-errors.ts';

const encoder = createValueEncoder();
const encode = (value: unknown): string => encoder.encode(value);
const decode = (text: string): unknown => encoder.decode(text);

class Money {
  readonly #cents: number;
  constructor(cents: number) {
    this.#cents = cents;
  }
  get cents(): number {
    return this.#cents;
  }
}

/** Calls `build` with a function to be called by what must not run. */
function runsOf(build: (run: () => number) => unknown): number {
  let runs = 0;
  const value = build(() => ++runs);
  expect(() => encode({ value })).toThrow(/^state\.value.* cannot be carried to the next round: /);
  return runs;
}

test('values come back as they were', () => {
  const cycle: Record<string, unknown> = {
    at: new Date(5),
    map: new Map([['a', new Set([1n, Number.NaN])]]),
    url: new URL('http://a.test/'),
    bytes: Buffer.from('bytes'),
    sparse: [1, , 3], // eslint-disable-line no-sparse-arrays
    bare: Object.assign(Object.create(null) as object, { a: 1 }),
  };
  cycle['self'] = cycle;
  const back = decode(encode(cycle)) as typeof cycle;
  expect(back).toEqual(cycle);
  expect(back['self']).toBe(back);
  expect(back['bytes']).toBeInstanceOf(Buffer);
  expect(Object.getPrototypeOf(back['bare'])).toBeNull();
});

test('errors keep type, message, name, cause and own fields, and not the stack', () => {
  const error = Object.assign(new TypeError('no', { cause: new RangeError('why') }), {
    code: 'E',
    name: 'Odd',
  });
  const back = decode(encode(error)) as typeof error;
  expect(back).toBeInstanceOf(TypeError);
  expect(back.cause).toBeInstanceOf(RangeError);
  expect(back).toMatchObject({ message: 'no', code: 'E', name: 'Odd', stack: 'Odd: no' });
  expect(Object.keys(back)).toEqual(['code', 'name']);
});

test.each([
  new ProtocolError(-32602, 'no', { field: 'name' }),
  new SdkError(SdkErrorCode.RequestTimeout, 'late', { timeout: 5 }),
  new UrlElicitationRequiredError([
    { mode: 'url', message: 'open', url: 'https://example.org', elicitationId: '1' },
  ]),
  new ResourceNotFoundError('file:///a'),
])('%s keeps its class and what it says', (error) => {
  const withErrors = createValueEncoder(withSdkErrors(undefined));
  const back = withErrors.decode(withErrors.encode(error)) as typeof error;
  expect(back).toBeInstanceOf(error.constructor);
  expect(Object.getPrototypeOf(back)).toBe(Object.getPrototypeOf(error));
  expect(Object.entries(back)).toEqual(Object.entries(error));
  expect(back.message).toBe(error.message);
});

test('an error whose stack is an accessor of its own, as in versions of Node 22 and 24, is sealed', () => {
  let runs = 0;
  const error = Object.defineProperty(new Error('no'), 'stack', {
    get: () => `${++runs}`,
    configurable: true,
  });
  expect(decode(encode(error))).toMatchObject({ message: 'no' });
  expect(runs).toBe(0);
});

test('an object that holds an error that holds it comes back as a cycle', () => {
  const job: { error?: Error } = {};
  job.error = Object.assign(new Error('no'), { job });
  const back = decode(encode(job)) as { error: Error & { job: unknown } };
  expect(back.error.job).toBe(back);
  expect(() => encode(job.error)).toThrow(
    'state.job.error cannot be carried to the next round: it is an error that',
  );
});

test('instances of registered classes come back', () => {
  const money = createValueEncoder({
    Money: {
      type: Money,
      toData: (instance: Money) => instance.cents,
      fromData: (data) => new Money(Number(data)),
    },
  });
  const back = money.decode(money.encode({ total: new Money(0), parts: [new Money(7)] })) as {
    total: Money;
    parts: Money[];
  };
  expect(back.total).toBeInstanceOf(Money);
  expect([back.total.cents, back.parts[0]?.cents]).toEqual([0, 7]);
  const broken = createValueEncoder({
    Money: { type: Money, toData: () => ({ run() {} }), fromData: () => new Money(0) },
  });
  expect(() => broken.encode([new Money(1)])).toThrow('state(Money).run cannot be carried');
});

test.each([
  [{ run() {} }, 'state.run cannot be carried to the next round: it is a function'],
  [
    { list: [1, { made: new AbortController() }] },
    'state.list[1].made cannot be carried to the next round: it is an instance of AbortController',
  ],
  [
    { later: Promise.resolve() },
    'state.later cannot be carried to the next round: it is an instance of Promise',
  ],
  [{ money: new Money(1) }, 'state.money cannot be carried to the next round: it is an instance of Money'],
  [{ a: new Map([[{}, Symbol('s')]]) }, 'state.a.get(…) cannot be carried to the next round: it is a symbol'],
  [
    Object.defineProperty({}, 'hidden', { value: 1 }),
    'state.hidden cannot be carried to the next round: it is not enumerable',
  ],
  [
    Object.assign([1], { total: 1 }),
    'state.total cannot be carried to the next round: properties of an array are lost',
  ],
  [
    Object.assign(new Date(0), { zone: 'UTC' }),
    'state.zone cannot be carried to the next round: it would be lost',
  ],
])('what is not data is refused with path and reason: %#', (value, message) => {
  expect(() => encode(value)).toThrow(message);
});

test('accessors, getters of error classes, tags, iterators and proxies are refused and not run', () => {
  const runs = [
    runsOf((run) => ({
      get secret() {
        return run();
      },
    })),
    runsOf((run) => ({
      get [Symbol.toStringTag]() {
        return String(run());
      },
    })),
    runsOf((run) => {
      class Loud extends Error {
        override get message(): string {
          return String(run());
        }
      }
      return Object.create(Loud.prototype) as Loud;
    }),
    runsOf((run) => {
      class Loud extends Map {
        override [Symbol.iterator](): MapIterator<[unknown, unknown]> {
          run();
          return super[Symbol.iterator]();
        }
        override get [Symbol.toStringTag](): string {
          return String(run());
        }
      }
      return Object.setPrototypeOf(new Map([[1, 2]]), Loud.prototype) as object;
    }),
    runsOf((run) => Object.assign(new Map(), { [Symbol.iterator]: run })),
    runsOf(
      (run) =>
        new Proxy(
          {},
          {
            getPrototypeOf: () => (run(), null),
            ownKeys: () => (run(), []),
            get: () => run(),
            getOwnPropertyDescriptor: () => (run(), undefined),
          },
        ),
    ),
  ];
  expect(runs).toEqual([0, 0, 0, 0, 0, 0]);
});

test.each(['next', 'a name that is rather long, so that the path is longer than any line'])(
  'a state that is too deep is refused with a short path: %s',
  (key) => {
    let deep: unknown = 1;
    for (let level = 0; level < 20_000; level++) deep = { [key]: deep };
    const message = (() => {
      try {
        return encode(deep);
      } catch (error) {
        return String(error);
      }
    })();
    expect(message).toMatch(/^RequestStateError: state\..* it lies more than 1000 objects deep$/);
    expect(message.length).toBeLessThan(300);
  },
);

test('the deepest state that is accepted comes back', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 1000; level++) deep = { next: deep };
  expect(decode(encode(deep))).toEqual(deep);
});

test('__proto__ in a payload changes no prototype', () => {
  expect(() => encode(JSON.parse('{"__proto__":{"admin":true}}'))).toThrow('it is named __proto__');
  expect(() => decode('[{"__proto__":1},{"admin":2},true]')).toThrow();
  expect({}).not.toHaveProperty('admin');
});
