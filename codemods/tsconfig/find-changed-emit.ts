import { relative } from 'node:path';

import { ts } from '../../engine/syntax/ts.ts';

/** What decides about the JavaScript alone; everything else that the compiler writes is left out. */
const JAVASCRIPT_ONLY: ts.CompilerOptions = {
  noEmit: false,
  noEmitOnError: false,
  emitDeclarationOnly: false,
  declaration: false,
  declarationMap: false,
  composite: false,
  incremental: false,
  sourceMap: false,
  inlineSourceMap: false,
  inlineSources: false,
  noCheck: true,
  // The declarations of the library are the same for both.
  noLib: true,
};

/**
 * Compares what the compiler writes for a project with two sets of options. Which imports it keeps depends on what their
 * modules export, and which files it writes on where modules are found, so that only its output tells.
 * @returns the path of the first output that differs, relative to `root`; undefined where all are the same
 */
export function findChangedEmit(
  before: ts.ParsedCommandLine,
  after: ts.ParsedCommandLine,
  root: string,
): string | undefined {
  const former = emit(before);
  const latter = emit(after);
  const changed = [...new Set([...former.keys(), ...latter.keys()])]
    .sort()
    .find((path) => former.get(path) !== latter.get(path));
  return changed === undefined ? undefined : relative(root, changed);
}

function emit({
  fileNames,
  options,
  projectReferences = [],
}: ts.ParsedCommandLine): ReadonlyMap<string, string> {
  const program = ts.createProgram({
    rootNames: fileNames,
    options: { ...options, ...JAVASCRIPT_ONLY },
    projectReferences,
  });
  const written = new Map<string, string>();
  program.emit(undefined, (path, text) => {
    written.set(path, text);
  });
  return written;
}
