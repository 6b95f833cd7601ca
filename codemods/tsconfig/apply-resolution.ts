import { relative } from 'node:path';

import { diag } from '../../diagnostics/catalog.gen.ts';
import type { MigrationResult } from '../project/migration.ts';
import type { ResolutionPlan } from './resolution-plan.ts';

/**
 * Completes the migration of a unit whose configuration ignores `exports`, where any handler is migrated: with the planned
 * change of it, or else nothing is migrated.
 * @param config the absolute path of the tsconfig
 * @param root what it is reported relative to
 */
export function applyResolution(
  migration: MigrationResult,
  plan: ResolutionPlan,
  config: string,
  root: string,
): MigrationResult {
  if (migration.sites.every(({ outcome }) => outcome === 'diagnosed' || outcome === 'ignored'))
    return migration;
  if (plan.kind === 'refusal') {
    const params = { config: relative(root, config), reason: plan.reason };
    const sites = migration.sites.map((site) =>
      site.outcome === 'ignored' ? site : { ...site, outcome: 'diagnosed' as const },
    );
    return { files: new Map(), sites, diagnostics: [diag.moduleResolutionWithoutExports(undefined, params)] };
  }
  const { before, after, set, start, end } = plan;
  const options = Object.entries(set).map(([name, value]) => `\`${name}: ${value}\``);
  const span = { file: config, start, end };
  const note = diag.moduleResolutionChanged(span, { options: options.join(' and ') });
  return {
    ...migration,
    files: new Map([...migration.files, [config, { before, after }]]),
    diagnostics: [...migration.diagnostics, note],
  };
}
