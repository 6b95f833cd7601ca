import { readFileSync } from 'node:fs';

import { applyEdits } from '../edits.ts';
import type { SourceUnit } from '../project/find-source-units.ts';
import { loadUnit, type LoadOptions } from '../project/load-candidates.ts';
import type { RewrittenFile } from '../project/migration.ts';
import { mayUseContext } from './may-use-context.ts';
import { renameContextMembers } from './rename-context-members.ts';

/**
 * What the SDK's codemod, which sees one file at a time and no types, leaves of version 1.
 * @param files what that codemod wrote: absolute path → texts
 * @param load how the units are loaded
 * @returns all changed files, those included
 */
export function finishUpgrade(
  files: ReadonlyMap<string, RewrittenFile>,
  units: readonly SourceUnit[],
  load: Pick<LoadOptions, 'packages' | 'projects'>,
): ReadonlyMap<string, RewrittenFile> {
  const finished = new Map(files);
  const base = new Map([...files].map(([path, { after }]) => [path, after]));
  const read = (path: string): string => base.get(path) ?? readFileSync(path, 'utf8');
  for (const unit of units.filter((one) => one.files.some((file) => mayUseContext(read(file))))) {
    const { project, names } = loadUnit(unit, { ...load, base });
    const program = project.createProgram(names);
    const checker = program.getTypeChecker();
    for (const name of unit.files) {
      const file = program.getSourceFile(name);
      const edits = file === undefined ? [] : renameContextMembers(file, checker);
      if (file === undefined || edits.length === 0) continue;
      const after = applyEdits(file.text, edits);
      finished.set(name, { before: files.get(name)?.before ?? file.text, after });
    }
  }
  return finished;
}
