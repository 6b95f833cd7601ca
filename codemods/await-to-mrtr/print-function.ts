import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import type { FileOutput } from './file-output.ts';
import { printGuard, type HandlerNames, type PrintedHandler } from './print-guard.ts';
import type { HelperCalls } from './print-helper.ts';
import { printPhases } from './print-phases.ts';
import { printType } from './print-type.ts';

/** Prints a planned handler or helper by the rung of its plan. */
export function printFunction(
  { source, file, facts }: FileOutput,
  plan: HandlerPlan,
  names: HandlerNames,
  calls: HelperCalls,
  isExported = false,
): PrintedHandler {
  if (plan.rung === 'guard') return printGuard(plan, source, names, calls);
  return printPhases(plan, {
    source,
    names,
    calls,
    isExported,
    checker: facts.checker,
    typeText: (type) => printType(type, file, facts.checker, facts.moduleSpecifier),
    checksIndexedAccess: facts.checksIndexedAccess,
  });
}
