import { findBuiltinModule } from './builtin-module.ts';

interface Util {
  readonly types: { isProxy(value: unknown): boolean };
}

const util = findBuiltinModule<Util>('node:util');

/**
 * Whether a value is a proxy, where the host can tell. The language cannot: elsewhere the answer is always false, and a proxy
 * is read like its target.
 */
export function isProxy(value: unknown): boolean {
  return util?.types.isProxy(value) === true;
}
