import { printPlain } from '../diagnostics/print-plain.ts';
import { shownPath } from '../diagnostics/shown-path.ts';
import { compile } from '../engine/compiled/compile.ts';
import type { CompileResult } from '../engine/compiled/compile.ts';
import { moduleIdOf } from './module-id.ts';

/**
 * Compiles one module for a host that knows where it lies.
 * @param path absolute, without query; the source map names it as its only source
 */
export function compileModule(text: string, path: string): CompileResult {
  const result = compile(text, { filename: shownPath(path), moduleId: moduleIdOf(path) });
  const { code, manifest, diagnostics, notes } = result;
  return {
    code,
    get map() {
      return { ...result.map, sources: [path] };
    },
    manifest,
    diagnostics,
    notes,
  };
}

/** @throws {Error} with everything a maintainer needs to know when a function could not be compiled */
export function assertCompiled({ diagnostics }: CompileResult, text: string): void {
  if (diagnostics.length > 0) throw new Error(diagnostics.map((one) => printPlain(one, text)).join('\n'));
}
