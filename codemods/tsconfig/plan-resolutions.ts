import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';

import { glob } from 'tinyglobby';

import { IGNORED, type SourceUnit } from '../project/find-source-units.ts';
import { mayAsk } from '../project/may-ask.ts';
import { CompilerCrashError, type TypeScriptError } from '../project/run-tsc.ts';
import { verifyRewrites } from '../project/verify-rewrites.ts';
import { ignoresExports, planResolution } from './plan-resolution.ts';
import type { ResolutionChange, ResolutionPlan, ResolutionPlans } from './resolution-plan.ts';

/**
 * Plans how the units that may ask and ignore the `exports` of packages come to read them. Nothing is written.
 * @param typeChecks whether the TypeScript of the project must find no further errors after such a change, either
 */
export async function planResolutions(
  dir: string,
  units: readonly SourceUnit[],
  typeChecks: boolean,
): Promise<ResolutionPlans> {
  const root = resolve(dir);
  const plans = new Map<string, ResolutionPlan>();
  const read = (path: string): string => readFileSync(path, 'utf8');
  const concerned = units.filter((unit) => ignoresExports(unit.options) && mayAsk(unit, read));
  if (concerned.length === 0) return plans;
  const configs = await glob('**/{ts,js}config*.json', { cwd: root, ignore: IGNORED, absolute: true });
  for (const unit of concerned) {
    const config = unit.tsConfigPath ?? '';
    const plan = planResolution(unit, root, configs.map((path) => resolve(path)).sort());
    if (plan === undefined) continue;
    const error = plan.kind === 'change' && typeChecks ? await findNewError(root, config, plan) : undefined;
    plans.set(config, error === undefined ? plan : { kind: 'refusal', reason: describe(error, root) });
  }
  return plans;
}

async function findNewError(
  root: string,
  config: string,
  { after, configs }: ResolutionChange,
): Promise<TypeScriptError | undefined> {
  try {
    const { newErrors } = await verifyRewrites(root, new Map([[config, after]]), { configs });
    return newErrors[0];
  } catch (error) {
    // A compiler that crashes tells nothing; the check of the migration will report it.
    if (error instanceof CompilerCrashError) return undefined;
    throw error;
  }
}

function describe({ file, code, message }: TypeScriptError, root: string): string {
  const place = file === undefined ? '' : `${relative(root, file)}: `;
  return `the project would have type errors that it does not have now (${place}${code}: ${message.split('\n')[0]})`;
}
