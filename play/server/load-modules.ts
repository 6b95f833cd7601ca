import * as sdk from '@modelcontextprotocol/server';
import type { McpServer, Server } from '@modelcontextprotocol/server';
import * as z from 'zod';

import * as runtime from '../../runtime/index.ts';

/** The body of a CommonJS module; asynchronous, since the text may await at its top. */
export type ModuleBody = (
  exports: Record<string, unknown>,
  require: (name: string) => unknown,
  module: { exports: unknown },
) => Promise<void>;

type AnyServer = McpServer | Server;
export type ServerFactory = (...args: never[]) => AnyServer | Promise<AnyServer>;

/** A transport that leads nowhere: the page takes its place. */
class UnusedTransport {
  readonly start = (): Promise<void> => Promise.resolve();
  readonly send = (): Promise<void> => Promise.resolve();
  readonly close = (): Promise<void> => Promise.resolve();
}

/**
 * Runs the modules of a server, the first one last, and finds out how the server is made: by what is handed to the SDK's
 * entries, by an exported function, or while the module runs.
 * @throws {Error} what the modules throw, or that there is no server
 */
export async function loadServer(bodies: Readonly<Record<string, ModuleBody>>): Promise<ServerFactory> {
  const served: ServerFactory[] = [];
  const created: AnyServer[] = [];
  const packages = packagesFor(served, created);
  const loaded = new Map<string, { exports: unknown }>();
  const require = (name: string): unknown => {
    const found = packages[name] ?? loaded.get(name.replace(/^\.\/|\.[jt]s$/g, ''))?.exports;
    if (found === undefined) throw new Error(`The playground has no module ${JSON.stringify(name)}.`);
    return found;
  };
  let exports: Record<string, unknown> = {};
  for (const [name, body] of Object.entries(bodies).toReversed()) {
    exports = {};
    const module = { exports };
    await body(exports, require, module);
    loaded.set(name.replace(/\.js$/, ''), module);
  }
  const factory =
    served[0] ?? exportedFactory(exports) ?? (created.length > 0 ? () => created[0] : undefined);
  if (factory === undefined)
    throw new Error('There is no server: export a function that makes it, such as createServer().');
  return factory as ServerFactory;
}

/** The packages that the page brings along; the SDK's entries and classes note what they are used for. */
function packagesFor(served: ServerFactory[], created: AnyServer[]): Readonly<Record<string, unknown>> {
  const noteServer = <Class extends typeof McpServer | typeof Server>(type: Class): Class =>
    new Proxy(type, {
      construct(target, args, newTarget) {
        const server = Reflect.construct(target, args, newTarget) as AnyServer;
        const connect = server.connect.bind(server);
        server.connect = async (transport) => {
          if (!((transport as unknown) instanceof UnusedTransport)) await connect(transport);
        };
        created.push(server);
        return server;
      },
    });
  const createMcpHandler: typeof sdk.createMcpHandler = (factory, options) => {
    served.push(factory);
    return sdk.createMcpHandler(factory, options);
  };
  const serveStdio = (factory: ServerFactory): void => void served.push(factory);
  const connectStdio = async (server: AnyServer): Promise<void> => void served.push(() => server);
  const { McpServer, Server } = sdk;
  return {
    '@modelcontextprotocol/server': {
      ...sdk,
      createMcpHandler,
      McpServer: noteServer(McpServer),
      Server: noteServer(Server),
    },
    '@modelcontextprotocol/server/stdio': { serveStdio, StdioServerTransport: UnusedTransport },
    'mrtr/runtime': { ...runtime, connectStdio },
    zod: { ...z, default: z },
    'zod/v4': { ...z, default: z },
  };
}

/** An export that is named like a server and can be called without arguments, or is one. */
function exportedFactory(exports: Readonly<Record<string, unknown>>): ServerFactory | undefined {
  const entries = Object.entries(exports);
  const factory = entries.find(
    ([name, value]) => typeof value === 'function' && value.length === 0 && /server|default/i.test(name),
  )?.[1];
  return factory as ServerFactory | undefined;
}
