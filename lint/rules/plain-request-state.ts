import { diag } from '../../diagnostics/catalog.gen.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import type { LintRule } from '../lint-rule.ts';

/**
 * A `requestState` that nothing seals. It comes back as input an attacker controls, and a server must protect its
 * integrity when it lets it decide anything (specification 2026-07-28, basic/patterns/mrtr, server requirements).
 */
export const plainRequestState: LintRule = {
  name: 'plain-request-state',
  validate: ({ functions }) => {
    return functions.flatMap(({ ends }) => {
      return ends.flatMap(({ built }) => {
        return built?.seal.by === 'plain' ? [diag.plainRequestState(spanOf(built.seal.node))] : [];
      });
    });
  },
};
