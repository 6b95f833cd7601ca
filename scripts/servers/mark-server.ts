import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { Project } from 'ts-morph';

import { SourceText } from '../../codemods/await-to-mrtr/source-text.ts';
import { applyEdits } from '../../codemods/edits.ts';
import { mergeImports } from '../../codemods/imports.ts';
import { markHandlers } from '../../codemods/mark-resumable/mark-handlers.ts';
import { moduleSpecifier } from '../../codemods/module-specifier.ts';
import { rewriteServerEntry } from '../../codemods/server-entry/rewrite-server-entry.ts';
import { printRequestStateModule } from '../../codemods/state-codec/print-request-state-module.ts';
import { wireStateCodec } from '../../codemods/state-codec/wire-state-codec.ts';

/**
 * Marks the handlers of a copied server with `resumable(…)` and wires its server and entries, as its author would by
 * hand. The handlers keep their text.
 * @throws {Error} with the titles of the diagnostics when something is not wired
 */
export function markServer(directory: string): void {
  const project = new Project({ tsConfigFilePath: join(directory, 'tsconfig.json') });
  const program = project.getProgram().compilerObject;
  const checker = program.getTypeChecker();
  const files = project.getSourceFiles().map(({ compilerNode }) => compilerNode);
  const host = files.find(({ text }) => text.includes('new McpServer('));
  if (host === undefined) throw new Error(`${directory} creates no server`);
  const requestState = join(dirname(host.fileName), 'request-state.ts');

  const texts = new Map([[requestState, printRequestStateModule('mrtr')]]);
  for (const file of files) {
    const specifier = moduleSpecifier(file, requestState, program.getCompilerOptions());
    const parts = [
      markHandlers(file, { checker }),
      wireStateCodec(file, { checker, requestStateModule: specifier }),
      rewriteServerEntry(file, { checker }),
    ];
    const diagnostics = parts.flatMap((part) => part.diagnostics);
    if (diagnostics.length > 0) throw new Error(diagnostics.map(({ title }) => title).join('\n'));
    const edits = parts.flatMap((part) => part.edits);
    const imports = mergeImports(
      file,
      parts.flatMap((part) => part.imports),
      new SourceText(file),
    );
    texts.set(file.fileName, applyEdits(file.text, [...edits, ...imports]));
  }
  for (const [name, text] of texts) writeFileSync(name, text);
}
