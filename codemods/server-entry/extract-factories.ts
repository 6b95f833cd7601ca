import type { ts } from '../../engine/syntax/ts.ts';
import { extractClassFactory } from './extract-class-factory.ts';
import { extractServerFactory } from './extract-server-factory.ts';
import type { MovedText } from './moved-text.ts';
import { findServerFields, planClassFactory } from './plan-class-factory.ts';
import { findServerConstants, planServerFactory } from './plan-server-factory.ts';

/** The files whose only server can be made by a function or a method, with that in place. */
export function extractFactories(
  files: readonly ts.SourceFile[],
  program: ts.Program,
): ReadonlyMap<string, MovedText> {
  const extracted = new Map<string, MovedText>();
  for (const file of files) {
    const moved = extractFactory(file, program);
    if (moved !== undefined) extracted.set(file.fileName, moved);
  }
  return extracted;
}

function extractFactory(file: ts.SourceFile, program: ts.Program): MovedText | undefined {
  const checker = program.getTypeChecker();
  const constants = findServerConstants(file, checker);
  const fields = findServerFields(file, checker);
  if (constants.length + fields.length !== 1) return undefined;
  const [constant] = constants;
  const [field] = fields;
  if (constant !== undefined) {
    const plan = planServerFactory(constant, checker);
    return typeof plan === 'string' ? undefined : extractServerFactory(plan, checker);
  }
  const plan = field && planClassFactory(field, program);
  return plan && extractClassFactory(plan);
}
