interface Host {
  readonly process?: { readonly getBuiltinModule?: (id: string) => unknown };
}

/**
 * A built-in module of Node where the host has it: Node, Bun, Workers with `nodejs_compat`. It is asked for at run time and
 * only to be faster or to tell more, so that other hosts need no polyfill.
 */
export function findBuiltinModule<Module>(id: `node:${string}`): Module | undefined {
  return (globalThis as Host).process?.getBuiltinModule?.(id) as Module | undefined;
}
