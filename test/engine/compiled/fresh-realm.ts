import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Script, createContext } from 'node:vm';
import type { Context } from 'node:vm';

import { ts } from '../../../engine/syntax/ts.ts';

type Exports = Record<string, unknown>;
type ModuleFunction = (exports: Exports, require: (specifier: string) => Exports) => void;

const scripts = new Map<string, Script>();

/** A new realm, as another process would be: its own intrinsics, and its own copy of every module that is loaded in it. */
export class FreshRealm {
  readonly context: Context = createContext({ URL, URLSearchParams, Buffer, atob, btoa });
  readonly #modules = new Map<string, Exports>();

  /** Loads a module of the repository, and what it imports, into the realm. */
  load(url: string): Exports {
    const known = this.#modules.get(url);
    if (known !== undefined) return known;
    const exports: Exports = {};
    this.#modules.set(url, exports);
    const evaluate = scriptOf(url).runInContext(this.context) as ModuleFunction;
    evaluate(exports, (specifier) => this.load(resolve(specifier, url)));
    return exports;
  }

  /** `value` as this realm would have made it: data by way of JSON, an error by its name and message. */
  adopt(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const text = value instanceof Error ? [value.name, value.message] : JSON.stringify(value);
    const make = new Script(
      '(given) => (typeof given === "string" ? JSON.parse(given) : new globalThis[given[0]](given[1]))',
    );
    return (make.runInContext(this.context) as (given: unknown) => unknown)(text);
  }
}

function scriptOf(url: string): Script {
  const known = scripts.get(url);
  if (known !== undefined) return known;
  const { outputText } = ts.transpileModule(readFileSync(fileURLToPath(url), 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS },
  });
  const script = new Script(`(exports, require) => {${outputText}\n}`, { filename: url });
  scripts.set(url, script);
  return script;
}

function resolve(specifier: string, from: string): string {
  return specifier.startsWith('.') ? new URL(specifier, from).href : import.meta.resolve(specifier);
}
