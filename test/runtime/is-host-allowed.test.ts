import { expect, it } from 'vitest';

import { isHostAllowed } from '../../runtime/is-host-allowed.ts';

const check = { enableDnsRebindingProtection: true, allowedHosts: ['a:1'], allowedOrigins: ['http://a'] };

it.each([
  [{ host: 'a:1' }, true],
  [{ host: 'a:1', origin: 'http://a' }, true],
  [{ host: 'a:1', origin: 'http://b' }, false],
  [{ host: 'b:1' }, false],
  [{}, false],
] as const)('allows what the transport allows: %o', (headers, isAllowed) => {
  expect(isHostAllowed({ headers }, check)).toBe(isAllowed);
  expect(isHostAllowed({ headers: new Headers(headers) }, check)).toBe(isAllowed);
  expect(isHostAllowed({ headers }, { ...check, enableDnsRebindingProtection: false })).toBe(true);
  expect(isHostAllowed({ headers }, { enableDnsRebindingProtection: true })).toBe(true);
});
