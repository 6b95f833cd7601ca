type IsProxy = (value: unknown) => boolean;

interface Host {
  readonly process?: {
    getBuiltinModule?(id: 'node:util'): { readonly types: { readonly isProxy: IsProxy } } | undefined;
  };
}

/**
 * Whether a value is a proxy, where the host can tell (Node, Bun, Workers with `nodejs_compat`). The language cannot: elsewhere
 * the answer is always false, and a proxy is read like its target.
 */
export const isProxy: IsProxy =
  (globalThis as Host).process?.getBuiltinModule?.('node:util')?.types.isProxy ?? (() => false);
