import type { Transport } from '@modelcontextprotocol/server';

const HANDLERS = ['onclose', 'onerror', 'onmessage'] as const;

/**
 * Keeps the handlers that a transport has been given so far, and returns the transport. For `serveStdio`, which puts its
 * own in their place, where `Protocol.connect` (SDK 2.4) calls those it finds before its own. A handler that is assigned
 * later replaces both, as it does after `connect`.
 */
export function keepHandlers<T extends Transport>(transport: T): T {
  for (const name of HANDLERS) keepHandler(transport, name);
  return transport;
}

function keepHandler(transport: Transport, name: (typeof HANDLERS)[number]): void {
  const own = transport[name] as Handler | undefined;
  if (own === undefined) return;
  const define = (value: unknown): void => {
    Object.defineProperty(transport, name, { value, configurable: true, enumerable: true, writable: true });
  };
  Object.defineProperty(transport, name, {
    configurable: true,
    enumerable: true,
    get: () => own,
    set: (next: Handler | undefined) => {
      define(name === 'onclose' ? inAnyCase(own, next) : inTurn(own, next));
    },
  });
}

type Handler = (...given: unknown[]) => void;

function inTurn(own: Handler, next: Handler | undefined): Handler {
  return (...given) => {
    own(...given);
    next?.(...given);
  };
}

/** A connection is given up whatever the program does about it. */
function inAnyCase(own: Handler, next: Handler | undefined): Handler {
  return (...given) => {
    try {
      own(...given);
    } finally {
      next?.(...given);
    }
  };
}
