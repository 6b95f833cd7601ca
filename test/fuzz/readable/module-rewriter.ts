import { fileURLToPath } from 'node:url';

import { Project } from 'ts-morph';

import { rewriteFiles } from '../../../codemods/await-to-mrtr/rewrite-files.ts';
import { SourceText } from '../../../codemods/await-to-mrtr/source-text.ts';
import { applyEdits } from '../../../codemods/edits.ts';
import { mergeImports } from '../../../codemods/imports.ts';
import { wireStateCodec } from '../../../codemods/state-codec/wire-state-codec.ts';
import { replaceTexts } from '../../../engine/syntax/replace-texts.ts';
import { ts } from '../../../engine/syntax/ts.ts';

export interface ModuleRewrite {
  readonly text: string;
  readonly migrated: readonly string[];
  /** Handlers left as they are, by diagnostic code. */
  readonly diagnosed: Readonly<Record<string, number>>;
  /** Errors that the original text does not have. */
  readonly typeErrors: readonly string[];
}

const REQUEST_STATE = '../../request-state.ts';

/** Rewrites modules one after the other. What they import is parsed and bound once. */
export class ModuleRewriter {
  readonly #path: string;
  #program: ts.Program;

  /** @param path a file of the project that need not exist; the modules are rewritten as if they were there */
  constructor(path: string) {
    const project = new Project({
      tsConfigFilePath: fileURLToPath(new URL('../../../tsconfig.json', import.meta.url)),
      skipAddingFilesFromTsConfig: true,
    });
    project.createSourceFile(path, IMPORTS);
    project.resolveSourceFileDependencies();
    this.#path = path;
    this.#program = project.getProgram().compilerObject;
  }

  rewrite(source: string): ModuleRewrite {
    const original = this.#replace(source);
    const rewrite = rewriteIn(original, this.#path);
    const errors = this.#typeErrorsOf(this.#replace(rewrite.text));
    const known = new Set(errors.length === 0 ? [] : this.#typeErrorsOf(original));
    return { ...rewrite, typeErrors: errors.filter((error) => !known.has(error)) };
  }

  #replace(text: string): ts.Program {
    this.#program = replaceTexts(this.#program, new Map([[this.#path, text]]));
    return this.#program;
  }

  /** The messages without their lines, which a rewrite moves. */
  #typeErrorsOf(program: ts.Program): string[] {
    const file = program.getSourceFile(this.#path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ code, messageText }) =>
        `TS${code}: ${sortUnions(ts.flattenDiagnosticMessageText(messageText, ' '))}`,
    );
  }
}

/** All that a module imports before and after the rewrite, so that the first program has it. */
const IMPORTS = `import type { McpServer } from '@modelcontextprotocol/server';
import type { elicitResult } from 'mrtr/runtime';
import type * as z from 'zod';
import type { log } from '../../effects.ts';
import type { requestState } from '../../request-state.ts';
export type Imported = [McpServer, z.ZodType, typeof elicitResult, typeof log, typeof requestState];
`;

function rewriteIn(program: ts.Program, path: string): Omit<ModuleRewrite, 'typeErrors'> {
  const file = program.getSourceFile(path);
  if (file === undefined) throw new Error(`${path} is not part of the program`);
  const facts = {
    checksIndexedAccess: true,
    requestStateModule: REQUEST_STATE,
    moduleSpecifier: (target: string) => target,
  };
  const handlers = rewriteFiles(
    [file],
    program,
    () => facts,
    () => false,
  ).get(file);
  if (handlers === undefined) throw new Error('the module was not rewritten');
  const wiring = wireStateCodec(file, {
    checker: program.getTypeChecker(),
    requestStateModule: REQUEST_STATE,
  });
  const imports = mergeImports(file, [...handlers.imports, ...wiring.imports], new SourceText(file));
  const diagnosed: Record<string, number> = {};
  for (const { code, severity } of handlers.diagnostics)
    // MRTR3xxx advises on handlers that are migrated.
    if (severity !== 'info' && !code.startsWith('MRTR3')) diagnosed[code] = (diagnosed[code] ?? 0) + 1;
  return {
    text: applyEdits(file.text, [...handlers.edits, ...wiring.edits, ...imports]),
    migrated: handlers.migrated.map(({ name }) => name),
    diagnosed,
  };
}

/** The checker lists the members of a union in the order in which it met them. */
function sortUnions(message: string): string {
  return message.replaceAll(/\d+(?: \| \d+)+/g, (union) => union.split(' | ').sort().join(' | '));
}
