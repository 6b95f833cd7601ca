import type { ServerContext } from '@modelcontextprotocol/server';

import { findBinding } from './request-binding.ts';
import { makeResumable } from './resumable/make-resumable.ts';
import type { ResumableFunction } from './resumable/make-resumable.ts';
import { areMethodMarks, markMethods } from './resumable/mark-methods.ts';
import { ResumableError } from './resumable/resumable-error.ts';
import type { Unit } from './resumable/unit.ts';
import { contextOf, failRequest, flowOf, isModern, serveResumable } from './serve-resumable.ts';
import type { ResumableOptions } from './serve-resumable.ts';

/**
 * Marks a handler, or a helper that asks, for the build step, which replaces the function by one that can stop at an
 * ask and continue in another process. Without the build step it serves clients of the legacy era as it is and refuses
 * every request at 2026-07-28.
 * @param handler an async function.
 * @param options of a handler; those of a helper are those of the handler that calls it.
 * @returns the function with the same type; at 2026-07-28 a handler may also return an `InputRequiredResult`.
 */
export function resumable<Handler extends object>(handler: Handler, options?: ResumableOptions): Handler;
/**
 * Marks methods of a class in the same way, from a static block of that class: `static { resumable(this, 'confirm'); }`.
 * They stay methods: overrides, `super`, interfaces and decorators see no difference.
 * @throws {TypeError} for a name under which the class itself has no method.
 */
export function resumable(
  type: { readonly prototype: object; readonly name: string },
  method: string,
  ...methods: readonly string[]
): void;
export function resumable(given: unknown, ...rest: readonly unknown[]): unknown {
  // Any constraint on the parameters would take the place of the types that `registerTool` gives a handler that has
  // no arguments but its context; one on the result would make generic functions lose their type parameters.
  if (areMethodMarks(rest)) {
    markMethods(given as Parameters<typeof markMethods>[0], rest, { uncompiled, compiled });
    return undefined;
  }
  const [options] = rest as readonly [options?: ResumableOptions];
  return typeof given === 'function'
    ? uncompiled(given as ResumableFunction)
    : compiled(given as Unit, options);
}

function compiled(unit: Unit, options?: ResumableOptions): ResumableFunction {
  return makeResumable(unit, (called, self, args) => serveResumable(called, self, args, options));
}

function uncompiled(handler: ResumableFunction): ResumableFunction {
  const call: ResumableFunction = function (...args) {
    const ctx = contextOf(args);
    if (ctx !== undefined && isModern(ctx)) refuse(handler.name, ctx);
    return Reflect.apply(handler, this, args);
  };
  return Object.defineProperties(call, {
    name: { value: handler.name, configurable: true },
    length: { value: handler.length, configurable: true },
  });
}

function refuse(name: string, ctx: ServerContext): never {
  const message = `${name === '' ? 'A resumable function' : name} was not compiled: run "mrtr compile" after the build, or add the plugin of your bundler.`;
  const error = new ResumableError('not-compiled', message);
  flowOf(ctx)?.abort(error);
  const binding = findBinding(ctx);
  if (binding !== undefined) failRequest(binding, error);
  throw error;
}
