import { resolve } from 'node:path';

import { computeLineStarts, positionAt } from '../diagnostics/position.ts';
import { shownPath } from '../diagnostics/shown-path.ts';
import { explain } from '../engine/compiled/explain.ts';
import type { ExplainedUnit } from '../engine/compiled/explain.ts';
import { moduleIdOf } from './module-id.ts';

export type {
  ExplainedFunction,
  ExplainedSuspensionPoint,
  ExplainedUnit,
  ExplainedVariable,
} from '../engine/compiled/explain.ts';

/** Explains the marked functions of a file, or those that contain a (1-based) line. */
export function explainModule(text: string, path: string, line?: number): readonly ExplainedUnit[] {
  const absolute = resolve(path);
  const units = explain(text, { filename: shownPath(absolute), moduleId: moduleIdOf(absolute) });
  if (line === undefined) return units;
  const starts = computeLineStarts(text);
  return units.filter(
    ({ span }) => positionAt(starts, span.start).line <= line && line <= positionAt(starts, span.end).line,
  );
}
