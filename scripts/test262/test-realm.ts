import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

import { FreshRealm } from '../../test/engine/compiled/fresh-realm.ts';
import type { ModuleSources } from '../../test/engine/compiled/fresh-realm.ts';

/** What a test did besides asking: a program that leaves statements out makes fewer assertions. */
export interface TestLog {
  assertions: number;
  /** True once the test has changed an intrinsic object where another part of the program can see it. */
  readonly hasChangedIntrinsics: () => boolean;
  /** What `$DONE` was called with, once it was. */
  done: { readonly error: unknown } | undefined;
}

/** Counts the calls of `assert` and of its members. */
const COUNT = new Script(`(count) => {
  const counted = (fn) => typeof fn !== 'function' ? fn : function (...args) { count(); return fn.apply(this, args); };
  const members = Object.entries(assert).map(([key, member]) => [key, counted(member)]);
  assert = Object.assign(counted(assert), Object.fromEntries(members));
}`);

/** The intrinsics that compiled code and its runtime stand on, as they are at the moment. */
const INTRINSICS = new Script(`() => [
  Array, Array.prototype, Object, Object.prototype, Function.prototype, Promise, Promise.prototype, Reflect, JSON, Symbol,
  Map, Map.prototype, Set, Set.prototype, Error, Error.prototype, String.prototype,
  Object.getPrototypeOf([][Symbol.iterator]()), Object.getPrototypeOf(new Map().entries()),
].flatMap((holder) => Object.entries(Object.getOwnPropertyDescriptors(holder)).concat(
  Object.getOwnPropertySymbols(holder).map((key) => [key, Object.getOwnPropertyDescriptor(holder, key)]),
).flatMap(([key, { value, get, set }]) => [key, value, get, set]))`);

/** The harness of a checkout of test262. */
export class Harness {
  readonly #root: string;
  readonly #scripts = new Map<string, Script>();

  constructor(root: string) {
    this.#root = root;
  }

  /** A new realm with the files a test includes. */
  realm(
    sources: ModuleSources,
    includes: readonly string[],
  ): { readonly realm: FreshRealm; readonly log: TestLog } {
    const realm = new FreshRealm(sources);
    for (const name of includes) this.#script(name).runInContext(realm.context);
    const intrinsics = INTRINSICS.runInContext(realm.context) as () => readonly unknown[];
    const before = intrinsics();
    const hasChangedIntrinsics = (): boolean => {
      const now = intrinsics();
      return now.length !== before.length || now.some((value, index) => !Object.is(value, before[index]));
    };
    const log: TestLog = { assertions: 0, hasChangedIntrinsics, done: undefined };
    const count = COUNT.runInContext(realm.context) as (count: () => void) => void;
    count(() => log.assertions++);
    realm.context['$DONE'] = (error: unknown) => (log.done ??= { error });
    return { realm, log };
  }

  #script(name: string): Script {
    const known = this.#scripts.get(name);
    if (known !== undefined) return known;
    const script = new Script(readFileSync(join(this.#root, 'harness', name), 'utf8'), { filename: name });
    this.#scripts.set(name, script);
    return script;
  }
}
