import { ResumableError } from './resumable-error.ts';
import { Task } from './task.ts';
import { askBehind } from './wait-graph.ts';

/** A call of a function that is not compiled, and was given a function that may ask or the promise of an ask. */
interface WrapperCall {
  readonly callee: Callee;
  readonly args: readonly unknown[];
}

export type Callee = (...args: unknown[]) => unknown;

/** These call what they are given and do nothing else. */
const TRANSPARENT = methodsOf([Function.prototype, 'call', 'apply'], [Reflect, 'apply']);
/** The name of a function that `bind` has made begins with it. */
const BOUND = 'bound ';

/** The wrappers around asks that no build step has compiled: what they do after an answer is lost with the round. */
export class WrapperCalls {
  readonly #pending = new Set<WrapperCall>();

  /**
   * Calls `callee` and remembers it until what it returns has settled. A task that it hands on is marked: whatever it has set
   * up around its callback, such as a span or the context of an AsyncLocalStorage, is not there after the answer.
   */
  call(callee: Callee, self: unknown, args: readonly unknown[]): unknown {
    const takesCallback = args.some((arg) => typeof arg === 'function');
    const isWrapper = takesCallback || args.some((arg) => arg instanceof Task);
    if (!isWrapper || isPromiseMethod(callee, self)) return Reflect.apply(callee, self, args);
    const call: WrapperCall = { callee, args };
    const result = this.#remember(call, () => Reflect.apply(callee, self, args));
    const isTransparent = TRANSPARENT.has(callee) || nameOf(callee).startsWith(BOUND);
    if (result instanceof Task && takesCallback && !isTransparent) result.wrapper ??= callee;
    return result;
  }

  /** Why `task` cannot be waited for: code that is not compiled does. */
  refuse(task: Task): ResumableError {
    const calls = [...this.#pending];
    const given = calls.find(({ args }) => args.includes(task));
    return waitRefusal(task, (given ?? calls.at(-1))?.callee);
  }

  #remember(call: WrapperCall, run: () => unknown): unknown {
    const forget = (): void => void this.#pending.delete(call);
    let result: unknown;
    this.#pending.add(call);
    try {
      return (result = run());
    } finally {
      if (result instanceof Promise && !(result instanceof Task)) result.then(forget, forget);
      else forget();
    }
  }
}

function methodsOf(
  ...holders: readonly (readonly [holder: object, ...names: string[]])[]
): ReadonlySet<unknown> {
  return new Set(holders.flatMap(([holder, ...names]) => names.map((name) => Reflect.get(holder, name))));
}

function nameOf({ name }: Callee): string {
  return typeof name === 'string' && name !== '' ? name : 'a function without a name';
}

/** What says itself that it waits. */
function isPromiseMethod(callee: Callee, self: unknown): boolean {
  return self instanceof Promise && ['then', 'catch', 'finally'].includes(nameOf(callee));
}

/** True for what the engine brings along, such as `Array.prototype.reduce`. */
function isBuiltIn(callee: Callee): boolean {
  return Function.prototype.toString.call(callee).includes('[native code]');
}

/** @param wrapper the function that is not compiled, where it is known */
export function waitRefusal(task: Task, wrapper: Callee | undefined): ResumableError {
  const ask = askBehind(task);
  const what = ask === undefined ? 'An ask' : `The ask \`${ask.key}\` (${ask.method})`;
  return new ResumableError(
    'foreign-wait',
    `${what} is awaited by code that is not compiled${remedyFor(wrapper)}`,
  );
}

function remedyFor(wrapper: Callee | undefined): string {
  const directly = 'await it directly in a resumable function';
  if (wrapper === undefined) return ` (a callback, a then, a combinator): ${directly}.`;
  const name = `\`${nameOf(wrapper)}\``;
  if (isBuiltIn(wrapper)) return `, in a callback of ${name}: ${directly}, in a loop for example.`;
  return `, ${name}: ${directly}, or write ${name} in the project as an async function marked by resumable(…).`;
}
