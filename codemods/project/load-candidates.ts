import { Project } from 'ts-morph';

import type { ts } from '../../engine/syntax/ts.ts';
import { extractFactories } from '../server-entry/extract-factories.ts';
import type { MovedText } from '../server-entry/moved-text.ts';
import type { SourceUnit } from './find-source-units.ts';
import { mayConcernMcp } from './may-concern-mcp.ts';

export interface Candidates {
  readonly files: readonly ts.SourceFile[];
  readonly program: ts.Program;
  /** The files whose server was moved into a function first, so that `files` holds them changed. */
  readonly moved: ReadonlyMap<string, MovedText>;
}

/**
 * Loads the files of a unit that mention an MCP package, with what they import, into one program.
 * @param skip files that must stay as they are
 */
export function loadCandidates(unit: SourceUnit, skip: ReadonlySet<string>): Candidates {
  const project = new Project({ compilerOptions: unit.options, skipAddingFilesFromTsConfig: true });
  const fileSystem = project.getFileSystem();
  const names = unit.files.filter((file) => mayConcernMcp(fileSystem.readFileSync(file)));
  project.addSourceFilesAtPaths(names);
  project.resolveSourceFileDependencies();
  const load = (): { program: ts.Program; files: ts.SourceFile[] } => {
    const program = project.getProgram().compilerObject;
    return { program, files: names.flatMap((name) => program.getSourceFile(name) ?? []) };
  };
  const { program, files } = load();
  const movable = files.filter(({ fileName }) => !skip.has(fileName));
  const moved = extractFactories(movable, program.getTypeChecker());
  for (const [name, { text }] of moved) project.getSourceFile(name)?.replaceWithText(text);
  return { ...(moved.size === 0 ? { program, files } : load()), moved };
}
