import { diag } from '../../diagnostics/catalog.gen.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { findAnswerReads } from '../find-answer-reads.ts';
import type { RoundFunction } from '../find-round-functions.ts';
import type { LintRule } from '../lint-rule.ts';

/** An answer read under a key that the handler never asks under: it is missing in every round. */
export const unknownAnswerKey: LintRule = {
  name: 'unknown-answer-key',
  validate: ({ functions, checker }) => {
    return functions.flatMap((round) => {
      const keys = askedKeys(round);
      if (keys === undefined) return [];
      return findAnswerReads(round.body, checker).flatMap(({ call, key }) => {
        const place = call.arguments[1];
        if (key === undefined || place === undefined || keys.has(key)) return [];
        const asked = [...keys].map((one) => `\`${one}\``).join(', ');
        return [diag.unknownAnswerKey(spanOf(place), { key, asked })];
      });
    });
  },
};

/** Undefined unless every key can be read off the source of this very function. */
function askedKeys({ ends }: RoundFunction): ReadonlySet<string> | undefined {
  const keys = new Set<string>();
  for (const { built } of ends) {
    if (built === undefined || built.hasUnknownRequests) return undefined;
    for (const property of built.requests?.properties ?? []) {
      const { name } = property;
      if (name === undefined || !(ts.isIdentifier(name) || ts.isStringLiteralLike(name))) return undefined;
      keys.add(name.text);
    }
  }
  return keys.size === 0 ? undefined : keys;
}
