import { resolve } from 'node:path';

import { computeLineStarts, positionAt } from '../diagnostics/position.ts';
import { shownPath } from '../diagnostics/shown-path.ts';
import { explain } from '../engine/compiled/explain.ts';
import type { ExplainedUnit } from '../engine/compiled/explain.ts';
import { addTypes } from './explain-types.ts';
import { moduleIdOf } from './module-id.ts';

export type {
  ExplainedFunction,
  ExplainedSuspensionPoint,
  ExplainedUnit,
  ExplainedVariable,
} from '../engine/compiled/explain.ts';

/** Explains the marked functions of a file, or those that contain a (1-based) line, with types where there is a tsconfig.json. */
export function explainModule(text: string, path: string, line?: number): readonly ExplainedUnit[] {
  const absolute = resolve(path);
  const units = explain(text, { filename: shownPath(absolute), moduleId: moduleIdOf(absolute) });
  const starts = computeLineStarts(text);
  const isThere = ({ span }: ExplainedUnit): boolean =>
    line === undefined ||
    (positionAt(starts, span.start).line <= line && line <= positionAt(starts, span.end).line);
  return addTypes(units.filter(isThere), absolute);
}
