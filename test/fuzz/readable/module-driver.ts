import type { McpServer } from '@modelcontextprotocol/server';

import { behave, type Behaviour } from '../../harness/behaviours.ts';
import {
  createLegacyClient,
  createModernClient,
  type Answer,
  type Script,
  type ScriptedClient,
} from '../../harness/scripted-client.ts';
import { effects } from './effects.ts';

/** A generated module; each of its servers has the tools that are named. */
export interface GeneratedModule {
  createServer(tools: readonly string[]): McpServer;
}

/** What a call of a tool looks like from outside. */
export interface Transcript {
  readonly outcome: unknown;
  readonly asked: readonly unknown[];
  readonly effects: readonly unknown[];
}

/** Calls the tools of one module through one connection of an era; in the modern one every request gets a server of its own. */
export class ModuleDriver {
  readonly #module: GeneratedModule;
  readonly #era: 'legacy' | 'modern';
  readonly #tools: readonly string[];
  #script = behave([]);
  #tool = '';
  #peer: ScriptedClient | undefined;

  constructor(module: GeneratedModule, era: 'legacy' | 'modern', tools: readonly string[]) {
    this.#module = module;
    this.#era = era;
    this.#tools = tools;
  }

  async call(tool: string, script: readonly Behaviour[]): Promise<Transcript> {
    effects.log = [];
    this.#tool = tool;
    this.#script = behave(script);
    const peer = (this.#peer ??= await this.#connect());
    const { length } = peer.asked;
    const outcome = await peer.client.callTool({ name: tool, arguments: { n: 4, label: 'label' } }).then(
      ({ content, isError }) => ({ content, isError: isError ?? false }),
      (error: unknown) => ({ error: String(error) }),
    );
    return {
      outcome,
      asked: peer.asked.slice(length).map(({ params }) => params['message'] ?? params['messages'] ?? 'roots'),
      effects: effects.log,
    };
  }

  async close(): Promise<void> {
    await this.#peer?.close();
  }

  #connect(): Promise<ScriptedClient> {
    // One connection serves many calls, each with answers of its own.
    const answers: Script = {
      elicit: this.#turns('elicit'),
      sample: this.#turns('sample'),
      roots: this.#turns('roots'),
    };
    return this.#era === 'legacy'
      ? createLegacyClient(() => this.#module.createServer(this.#tools), { answers })
      : createModernClient(() => this.#module.createServer([this.#tool]), { answers });
  }

  *#turns(method: keyof Script): Iterable<Answer> {
    for (;;) {
      // All answers of a behaviour come from one function, which counts its turns.
      for (const answer of this.#script[method] ?? []) {
        yield answer;
        break;
      }
    }
  }
}
