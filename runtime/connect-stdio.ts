import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  PROTOCOL_VERSION_META_KEY,
  Server,
  type Implementation,
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type McpServer,
  type McpServerFactory,
  type MessageExtraInfo,
  type Notification,
  type Transport,
  type TransportSendOptions,
} from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

import { isDouble } from './is-double.ts';

/**
 * `server.connect(transport)` for both eras, where a program has one server for its one connection to stdio: the SDK's
 * `serveStdio`, given this server. The server is connected with the client's first message, whose era it then serves.
 * Until then it is treated as connected: closing it closes the transport, and what it announces is sent to a client of
 * the legacy era as soon as that is there. (One of the modern era has asked for nothing yet.)
 *
 * `serveStdio` (SDK 2.4) makes a second server where a client asks what the first one is (`server/discover`) and then
 * opens a connection of the legacy era after all. A program with one server has none to spare, so that question is
 * answered by a stand-in with the same name, capabilities and instructions.
 * @returns once the transport is started
 * @throws what `server.connect` throws for a server that is connected, and what the transport throws when it is started
 */
export async function connectStdio(server: McpServer | Server, transport: Transport): Promise<void> {
  const inner = 'server' in server ? server.server : server;
  if (inner.transport !== undefined || isDouble(inner)) return server.connect(transport);
  const waiting = new WaitingServer(inner, transport);
  const { main } = new StdioChannels(waiting, transport);
  const factory: McpServerFactory = ({ era }) => {
    waiting.end(era);
    return server;
  };
  const handle = serveStdio(factory, { transport: main });
  waiting.begin(() => handle.close());
  await transport.start();
}

type Handlers = Pick<Transport, 'onclose' | 'onerror' | 'onmessage'>;

/** The one transport as two: for the server, and for the stand-in that answers before the server is connected. */
class StdioChannels {
  readonly main: Channel;
  readonly #probe: Channel;
  readonly #waiting: WaitingServer;
  #isProbed = false;

  constructor(waiting: WaitingServer, wire: Transport) {
    this.#waiting = waiting;
    this.main = new Channel(wire);
    this.#probe = new Channel(wire);
    serveStdio(() => standInFor(waiting.server), { transport: this.#probe });
    this.#listenTo(wire);
  }

  /** Handlers that the program gave the transport are called first, as `Protocol.connect` does it. */
  #listenTo(wire: Transport): void {
    const { onclose, onerror, onmessage } = wire;
    const handlers: Handlers = {
      onclose: () => {
        try {
          onclose?.();
        } finally {
          this.#close();
        }
      },
      onerror: (error) => {
        onerror?.(error);
        (this.#waiting.isOver ? this.main : this.#waiting.server).onerror?.(error);
      },
      onmessage: (message, extra) => {
        onmessage?.(message, extra);
        (this.#isForStandIn(message) ? this.#probe : this.main).onmessage?.(message, extra);
      },
    };
    Object.assign(wire, handlers);
  }

  #close(): void {
    this.#probe.onclose?.();
    this.main.onclose?.();
    this.#waiting.abandon();
  }

  #isForStandIn(message: JSONRPCMessage): boolean {
    if (this.#waiting.isOver || !('method' in message) || !isOfModernEra(message)) return false;
    const isProbe = isJSONRPCRequest(message) && message.method === 'server/discover';
    this.#isProbed ||= isProbe;
    return isProbe || (this.#isProbed && isJSONRPCNotification(message));
  }
}

/** Messages of the modern era say so in their envelope (specification 2026-07-28, basic). */
function isOfModernEra({ params }: JSONRPCRequest | JSONRPCNotification): boolean {
  return params?._meta !== undefined && PROTOCOL_VERSION_META_KEY in params._meta;
}

function standInFor(server: Server): Server {
  // Only a client of the server is told these, so the SDK has no other way to them.
  const info = Reflect.get(server, '_serverInfo') as Implementation;
  const instructions = Reflect.get(server, '_instructions') as string | undefined;
  const options = instructions === undefined ? {} : { instructions };
  return new Server(info, { ...options, capabilities: server.getCapabilities() });
}

class Channel implements Transport {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: ((message: JSONRPCMessage, extra?: MessageExtraInfo) => void) | undefined;
  readonly #wire: Transport;

  constructor(wire: Transport) {
    this.#wire = wire;
  }

  /** `connectStdio` starts the transport, once both channels listen to it. */
  start(): Promise<void> {
    return Promise.resolve();
  }

  send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    return this.#wire.send(message, options);
  }

  close(): Promise<void> {
    return this.#wire.close();
  }
}

/** A server between `connectStdio` and the first message of its client. */
class WaitingServer {
  readonly server: Server;
  isOver = false;
  readonly #transport: Transport;
  readonly #restores: (() => void)[] = [];
  readonly #announced: Notification[] = [];

  constructor(server: Server, transport: Transport) {
    this.server = server;
    this.#transport = transport;
  }

  begin(close: () => Promise<void>): void {
    this.#override('transport', this.#transport);
    this.#override('close', close);
    this.#override('notification', (notification: Notification) => {
      this.#announced.push(notification);
      return Promise.resolve();
    });
  }

  /** The next thing that happens to the server is that `serveStdio` connects it. */
  end(era: 'legacy' | 'modern'): void {
    this.#restore();
    if (era === 'legacy') this.#override('connect', (transport: Transport) => this.#connect(transport));
  }

  /** The transport was closed; a server that is connected to it hears of that itself. */
  abandon(): void {
    if (this.isOver) return;
    this.#restore();
    this.server.onclose?.();
  }

  async #connect(transport: Transport): Promise<void> {
    this.#restore();
    const { server } = this;
    await server.connect(transport);
    for (const announced of this.#announced)
      server.notification(announced).catch((error: unknown) => server.onerror?.(error as Error));
  }

  #override(name: 'transport' | 'close' | 'notification' | 'connect', value: unknown): void {
    const own = Object.getOwnPropertyDescriptor(this.server, name);
    Object.defineProperty(this.server, name, { value, configurable: true, writable: true });
    this.#restores.push(() => {
      if (own === undefined) Reflect.deleteProperty(this.server, name);
      else Object.defineProperty(this.server, name, own);
    });
  }

  #restore(): void {
    this.isOver = true;
    for (const restore of this.#restores.splice(0)) restore();
  }
}
