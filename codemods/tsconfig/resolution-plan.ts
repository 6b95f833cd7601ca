import type { ts } from '../../engine/syntax/ts.ts';
import type { SourceUnit } from '../project/find-source-units.ts';
import type { CompilerOptionsEdit } from './set-compiler-options.ts';

/** The change of a configuration after which its code can import what is in the `exports` of packages. */
export interface ResolutionChange extends CompilerOptionsEdit {
  readonly kind: 'change';
  readonly before: string;
  /** The options that it sets. */
  readonly set: Readonly<Record<string, string>>;
  /** All options with them. */
  readonly options: ts.CompilerOptions;
  /** The absolute paths of the configurations that it has an effect on: that one, and what extends it. */
  readonly configs: readonly string[];
}

/** A change for which it is not known that the program stays the same one, and why. */
export interface ResolutionRefusal {
  readonly kind: 'refusal';
  readonly reason: string;
}

export type ResolutionPlan = ResolutionChange | ResolutionRefusal;

/** By the absolute path of the tsconfig; only those that ignore `exports` have one. */
export type ResolutionPlans = ReadonlyMap<string, ResolutionPlan>;

/** The unit with the options that it is to have. */
export function withPlannedResolution(unit: SourceUnit, plans: ResolutionPlans | undefined): SourceUnit {
  const plan = plans?.get(unit.tsConfigPath ?? '');
  return plan?.kind === 'change' ? { ...unit, options: plan.options } : unit;
}
