import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Script, createContext } from 'node:vm';
import type { Context } from 'node:vm';

import { ts } from '../../../engine/syntax/ts.ts';

type Exports = Record<string, unknown>;
type ModuleFunction = (exports: Exports, require: (specifier: string) => Exports) => void;

const ADOPT = new Script(
  '(given) => (typeof given === "string" ? JSON.parse(given) : new globalThis[given[0]](given[1]))',
);

/** What a platform adds to the language. */
const TIMERS = {
  // Looked up when they are called: a test may have replaced the clock.
  setTimeout: (call: () => void, ms: number, ...args: unknown[]) => setTimeout(call, ms, ...args),
  setInterval: (call: () => void, ms: number, ...args: unknown[]) => setInterval(call, ms, ...args),
  clearTimeout: (timer: NodeJS.Timeout) => clearTimeout(timer),
  clearInterval: (timer: NodeJS.Timeout) => clearInterval(timer),
};
const CLOCK = new Script('(now) => { Date.now = now; }');
const PLATFORM = { URL, URLSearchParams, Buffer, atob, btoa, console, ...TIMERS };

/** A realm as another process would be: its own intrinsics, and its own copy of every module that is loaded in it. */
export class FreshRealm {
  readonly context: Context = createContext({ ...PLATFORM });
  readonly #modules = new Map<string, Exports>();
  readonly #sources: ModuleSources;
  readonly #adopt: (given: unknown) => unknown;

  constructor(sources: ModuleSources) {
    this.#sources = sources;
    (CLOCK.runInContext(this.context) as (now: () => number) => void)(() => Date.now());
    this.#adopt = ADOPT.runInContext(this.context) as (given: unknown) => unknown;
  }

  /** Loads a module of the repository, and what it imports, into the realm. */
  load(url: string): Exports {
    const known = this.#modules.get(url);
    if (known !== undefined) return known;
    const exports: Exports = {};
    this.#modules.set(url, exports);
    const evaluate = this.#sources.scriptOf(url).runInContext(this.context) as ModuleFunction;
    evaluate(exports, (specifier) => this.load(this.#sources.resolve(specifier, url)));
    return exports;
  }

  /** `value` as this realm would have made it: data by way of JSON, an error by its name and message. */
  adopt(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    return this.#adopt(value instanceof Error ? [value.name, value.message] : JSON.stringify(value));
  }
}

/** Modules of the repository as scripts that every realm evaluates for itself. */
export class ModuleSources {
  readonly #scripts = new Map<string, Script>();
  readonly #resolved = new Map<string, string>();

  scriptOf(url: string): Script {
    const known = this.#scripts.get(url);
    if (known !== undefined) return known;
    const { outputText } = ts.transpileModule(readFileSync(fileURLToPath(url), 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS },
    });
    const script = new Script(`(exports, require) => {${outputText}\n}`, { filename: url });
    this.#scripts.set(url, script);
    return script;
  }

  resolve(specifier: string, from: string): string {
    if (specifier.startsWith('.')) return new URL(specifier, from).href;
    const known = this.#resolved.get(specifier) ?? import.meta.resolve(specifier);
    this.#resolved.set(specifier, known);
    return known;
  }
}

/** How many handlers may run their nth round in the same realm, one after the other. */
const HANDLERS_PER_REALM = 256;

/**
 * The realms of the rounds. No handler meets a realm twice, so each of its rounds finds intrinsics and modules that none
 * of its earlier rounds has touched; different handlers may share one.
 */
export class RealmPool {
  readonly #sources = new ModuleSources();
  #realms: FreshRealm[] = [];
  #handlers = 0;

  /** Realms for a new handler, in the order of its rounds. */
  forHandler(): (round: number) => FreshRealm {
    if (this.#handlers++ % HANDLERS_PER_REALM === 0) this.#realms = [];
    const realms = this.#realms;
    return (round) => (realms[round] ??= new FreshRealm(this.#sources));
  }
}
