import type { Server } from '@modelcontextprotocol/server';

/**
 * Whether a server is what a test puts in the place of the SDK's (a test double), without the method that every request
 * goes through: it serves no requests, so there is nothing to verify or to connect but what the test looks at.
 */
export function isDouble(server: Partial<Server>): boolean {
  return typeof server.setRequestHandler !== 'function';
}
