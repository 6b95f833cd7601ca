import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { comparable, type Answer, type Flow } from '../demo/run-flow.ts';
import { shownResult, type ClientUnderTest, type Era, type Seen, type Target } from './client-under-test.ts';
import type { InstalledClients } from './install-clients.ts';

/** What a command prints with `--format json` when the server asks. */
interface Pending {
  readonly elicitationPending?: {
    readonly elicitationId: string;
    readonly mode?: string;
    readonly message: string;
    readonly requestedSchema?: unknown;
    readonly url?: string;
  };
}

type Printed = Pending & Parameters<typeof shownResult>[0];

/** The command line of the MCP Inspector that keeps connections: every call and every answer is a command. */
export function inspectorClient(clients: InstalledClients): ClientUnderTest {
  const inspector = new Inspector(clients);
  return {
    name: '@modelcontextprotocol/inspector, mcpdo',
    version: clients.versions['@modelcontextprotocol/inspector'],
    answers: new Set(['form', 'url']),
    eras: ['2025-11-25', '2026-07-28'],
    run: async (target, era, flow) => Promise.resolve(inspector.runFlow(target, era, flow)),
  };
}

class Inspector {
  readonly #command: readonly [string, string];
  readonly #home: string;

  constructor({ directory, node }: InstalledClients) {
    const bin = join(
      directory,
      'node_modules/@modelcontextprotocol/inspector/clients/mcpdo/build/mcp-bin.js',
    );
    this.#command = [node, bin];
    this.#home = join(directory, '../home');
    mkdirSync(this.#home, { recursive: true });
  }

  runFlow(target: Target, era: Era, flow: Flow): Seen {
    this.#run(['connect', ...connectArguments(target), '--era', era === '2025-11-25' ? 'legacy' : 'modern']);
    try {
      return this.#call(flow);
    } finally {
      // The connections, and the process that holds them.
      this.#run(['daemon', 'stop']);
    }
  }

  #call({ tool, args, answers }: Flow): Seen {
    const asks: unknown[] = [];
    const left = [...answers];
    const call = ['tools/call', tool, '--tool-args-json', JSON.stringify(args)];
    let printed = this.#runConnected(call);
    while (printed.elicitationPending !== undefined) {
      const { elicitationId, mode, message, requestedSchema, url } = printed.elicitationPending;
      asks.push(
        comparable('elicitation/create', {
          ...(mode === undefined ? {} : { mode }),
          message,
          ...(requestedSchema === undefined ? {} : { requestedSchema }),
          ...(url === undefined ? {} : { url }),
        }),
      );
      printed = this.#runConnected([
        'elicitation/respond',
        elicitationId,
        ...answerArguments(left.shift(), mode),
      ]);
    }
    return { result: shownResult(printed), asks };
  }

  #runConnected(args: readonly string[]): Printed {
    const [{ name }] = (JSON.parse(this.#run(['connections/list'])) as { connections: [{ name: string }] })
      .connections;
    return JSON.parse(this.#run(['--connection', name, ...args])) as Printed;
  }

  #run(args: readonly string[]): string {
    const [node, bin] = this.#command;
    const { status, stdout, stderr } = spawnSync(node, [bin, '--format', 'json', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: this.#home, MCP_INSPECTOR_SECRET_STORE: 'memory' },
      timeout: 60_000,
    });
    // A result with `isError` ends the command with an error code, too, and is printed all the same.
    if (status !== 0 && stdout.trim() === '') throw new Error(`mcpdo ${args.join(' ')}:\n${stderr}`);
    return stdout;
  }
}

function connectArguments(target: Target): string[] {
  if (target.transport === 'http') return [target.url];
  const env = Object.entries(target.env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  return [...env, process.execPath, target.entry];
}

function answerArguments(answer: Answer | undefined, mode: string | undefined): string[] {
  if (answer?.['action'] === 'decline') return ['--decline'];
  if (answer?.['action'] !== 'accept') return ['--cancel'];
  return mode === 'url' ? ['--done'] : [JSON.stringify(answer['content'])];
}
