import { joinFlow, rootData } from './flow.ts';
import type { Flow, JoinFlow } from './flow.ts';
import { unitOf } from './link-units.ts';
import { isMachine } from './unit.ts';
import type { Unit } from './unit.ts';

export type ResumableFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Serves a call that does not come from compiled code. */
export type Serve = (unit: Unit, self: unknown, args: readonly unknown[]) => unknown;

/** The function that stands for a compiled unit: compiled callers make it join their flow, others go through `serve`. */
export function makeResumable(unit: Unit, serve: Serve): ResumableFunction {
  const join: JoinFlow = (flow: Flow, self, args) => flow.start(rootData(unit), self, args);
  const call: ResumableFunction = function (...args) {
    return serve(unit, this, args);
  };
  const [code] = unit.functions;
  if (code !== undefined && isMachine(code)) {
    Object.defineProperties(call, {
      name: { value: code.name, configurable: true },
      length: { value: code.length, configurable: true },
    });
  }
  return Object.assign(call, { [joinFlow]: join, [unitOf]: unit });
}
