import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Project } from 'ts-morph';

import { SourceText } from '../../codemods/await-to-mrtr/source-text.ts';
import { applyEdits } from '../../codemods/edits.ts';
import { mergeImports } from '../../codemods/imports.ts';
import { rewriteServerEntry } from '../../codemods/server-entry/rewrite-server-entry.ts';
import { ts } from '../../engine/syntax/ts.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** A program of modules that see the packages of the project. */
export function loadEntries(texts: readonly string[]): {
  readonly program: ts.Program;
  readonly files: readonly ts.SourceFile[];
} {
  const project = new Project({
    skipAddingFilesFromTsConfig: true,
    compilerOptions: {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      strict: true,
      skipLibCheck: true,
    },
  });
  const paths = texts.map((text, index) => {
    const path = join(folder, `entry-under-test-${index}.ts`);
    return project.createSourceFile(path, text).getFilePath();
  });
  project.resolveSourceFileDependencies();
  const program = project.getProgram().compilerObject;
  const files = paths.flatMap((path) => program.getSourceFile(path) ?? []);
  if (files.length < paths.length) throw new Error('an entry was not loaded');
  return { program, files };
}

export interface RewrittenEntries {
  readonly after: string;
  readonly titles: readonly string[];
}

/** Modules after their entries were rewritten, as `mrtr migrate` does it, and what is reported of them. */
export function rewriteEntries(texts: readonly string[], announces = false): readonly RewrittenEntries[] {
  const { program, files } = loadEntries(texts);
  const facts = { program, checker: program.getTypeChecker(), announces, isExact: false };
  return files.map((file) => {
    const { edits, imports, diagnostics } = rewriteServerEntry(file, facts);
    const merged = edits.length === 0 ? [] : mergeImports(file, imports, new SourceText(file));
    const after = applyEdits(file.text, [...edits, ...merged]);
    return { after, titles: diagnostics.map(({ title }) => title) };
  });
}

export function rewriteEntry(text: string, announces = false): RewrittenEntries {
  const [rewritten] = rewriteEntries([text], announces);
  if (rewritten === undefined) throw new Error('an entry was not loaded');
  return rewritten;
}
