/** Takes the place of the file that `mrtr migrate` writes: the same, with single use and a line on stderr for each refusal. */
import { createClient } from '@keyv/redis';
import { createRequestState, redisClaims } from 'mrtr/runtime';

const redis = createClient({
  url: process.env['REDIS_URL'] ?? '',
  // A claim that waits for Redis to come back would hold the request; refused, it can be sent again.
  disableOfflineQueue: true,
  socket: { reconnectStrategy: 50 },
});
redis.on('error', () => {});
void redis.connect();

export const requestState = createRequestState({
  singleUse: { claims: redisClaims(redis) },
  onEvent: (event) => {
    if (event.type === 'rejected') console.error(`event rejected: ${event.reason}`);
    if (event.type === 'store-unavailable') console.error(`event ${event.type}`);
  },
});
