import { processWide } from '../process-wide.ts';
import type { Flow } from './flow.ts';

interface FlowStorage {
  getStore(): Flow | undefined;
  run<Result>(flow: Flow | undefined, callback: () => Result): Result;
}

interface BuiltinModules {
  readonly process?: {
    readonly getBuiltinModule?: (
      name: string,
    ) => { readonly AsyncLocalStorage: new () => FlowStorage } | undefined;
  };
}

// Asked for at run time, so that platforms without async context need no polyfill: there, what is not called from
// compiled code or with the request's `ctx` cannot be told to belong to a flow.
const asyncHooks = (globalThis as BuiltinModules).process?.getBuiltinModule?.('node:async_hooks');
const storage =
  asyncHooks === undefined ? undefined : processWide('flowStorage', () => new asyncHooks.AsyncLocalStorage());

/** The flow whose code is running, where the platform can tell. */
export function currentFlow(): Flow | undefined {
  return storage?.getStore();
}

/** Runs `callback`, and what it starts, as part of `flow`; of none when undefined. */
export function withFlow<Result>(flow: Flow | undefined, callback: () => Result): Result {
  return storage === undefined ? callback() : storage.run(flow, callback);
}
