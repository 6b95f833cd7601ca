import { MissingRequiredClientCapabilityError } from '@modelcontextprotocol/client';
import type { McpServer, Server } from '@modelcontextprotocol/server';

import { effects } from '../../fixtures/handlers/support.ts';
import type { Behaviour } from './behaviours.ts';
import type { ScriptedClient } from './scripted-client.ts';

export interface FixtureModule {
  readonly createServer: () => McpServer | Server;
}

export const SCRIPTS: readonly (readonly Behaviour[])[] = [
  ['accept'],
  ['decline'],
  ['cancel'],
  ['empty'],
  ['invalid'],
  ['accept', 'decline'],
  ['accept', 'invalid'],
  ['accept', 'accept', 'cancel'],
];

/** Everything that can be seen from outside. */
export interface Transcript {
  readonly outcomes: unknown[];
  readonly asks: unknown[];
  readonly effects: unknown[];
}

/** Worlds in which the handlers' conditions come out differently. */
export const WORLDS = { large: true, small: false };

function returnValue(name: string, args: readonly unknown[], large: boolean): unknown {
  switch (name) {
    case 'size':
      return large ? 4096 : 0;
    case 'exists':
      return large;
    case 'list':
      return large ? ['one', 'two'] : [];
    case 'entry':
      return { name: String(args[0]), count: 1 };
    case 'read':
      return large ? `the long text of ${String(args[0])}` : '';
    default:
      return `${name} ${args.join(' ')}`;
  }
}

/** Calls everything the server offers and writes down what happened. */
export async function record(connect: () => Promise<ScriptedClient>, large: boolean): Promise<Transcript> {
  const log: unknown[] = [];
  effects.current = {
    call(name, args) {
      log.push([name, ...structuredClone(args)]);
      return returnValue(name, args, large);
    },
  };
  const peer = await connect();
  const { client } = peer;
  const outcomes: unknown[] = [];
  const attempt = async (label: string, run: () => Promise<unknown>): Promise<void> => {
    log.push(label);
    outcomes.push(
      await run().then(comparable, (error: unknown) => ({
        error: error instanceof Error ? error.message : error,
      })),
    );
  };
  const { tools, prompts, resources } = client.getServerCapabilities() ?? {};
  for (const tool of tools ? (await client.listTools()).tools : []) {
    await attempt(tool.name, () =>
      client.callTool({ name: tool.name, arguments: { path: 'docs/a.txt', line: 3 } }).catch(asToolError),
    );
  }
  for (const prompt of prompts ? (await client.listPrompts()).prompts : []) {
    await attempt(prompt.name, () => client.getPrompt({ name: prompt.name, arguments: { name: 'ann' } }));
  }
  for (const resource of resources ? (await client.listResources()).resources : []) {
    await attempt(resource.uri, () => client.readResource({ uri: resource.uri }));
  }
  await peer.close();
  return { outcomes, asks: peer.asked.map(comparableAsk), effects: log };
}

/** Without what only one of the eras has: `resultType`, cache hints and the server's name in `_meta`. */
function comparable(result: unknown): unknown {
  return without(result as Record<string, unknown>, ['_meta', 'resultType', 'ttlMs', 'cacheScope']);
}

/** An ask that the client has no capability for, and that no tool caught: a tool error once, -32021 on the modern era. */
function asToolError(error: unknown): unknown {
  if (!(error instanceof MissingRequiredClientCapabilityError)) throw error;
  return { content: [{ type: 'text', text: error.message }], isError: true };
}

/** `elicitationId` does not exist on the modern era, `mode` is filled in there, and `_meta` belongs to the transport. */
function comparableAsk({ method, params }: ScriptedClient['asked'][number]): unknown {
  const rest = without(params, ['elicitationId', '_meta']);
  return { method, params: method === 'elicitation/create' ? { mode: 'form', ...rest } : rest };
}

function without(
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}
