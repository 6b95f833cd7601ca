import { resolve } from 'node:path';

import type { EncodedSourceMap } from '@jridgewell/remapping';

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import { compileEmitted } from '../compile-emitted.ts';
import type { CompiledFile } from '../compile-emitted.ts';
import { parseMap } from '../source-map-comment.ts';
import { traceDiagnostics } from '../trace-diagnostics.ts';
import { toTsDiagnostic } from './to-ts-diagnostic.ts';

type WriteArguments = Parameters<ts.WriteFileCallback>;

const SCRIPT = /\.[cm]?js$/;
const SCRIPT_MAP = /\.[cm]?js\.map$/;

/** `tsc` prints codes as its own, whose numbers end far below. */
const FIRST_CODE = 90_000;

/**
 * A program transformer for ts-patch (`{ "transform": "mrtr/ts-patch", "transformProgram": true }`): what TypeScript emits
 * is compiled on its way to the disk. The types are checked on the source as it was written, and all of TypeScript's own
 * transformations have run.
 */
function transformProgram(program: ts.Program, host: ts.CompilerHost | undefined): ts.Program {
  const emit = program.emit.bind(program);
  program.emit = (target, writeFile, ...rest) => {
    const write = writeFile ?? host?.writeFile.bind(host);
    if (write === undefined) return emit(target, writeFile, ...rest);
    const writer = new CompilingWriter(write);
    const result = emit(target, (...args) => writer.write(...args), ...rest);
    writer.flush();
    const diagnostics = writer.diagnostics.flatMap((one) => {
      const file = one.span && program.getSourceFile(resolve(one.span.file));
      if (file === undefined) return [];
      const shown = toTsDiagnostic(one, file);
      return [{ ...shown, code: FIRST_CODE + shown.code }];
    });
    return { ...result, diagnostics: [...result.diagnostics, ...diagnostics] };
  };
  return program;
}

/** Compiles scripts that are written; their maps, which come just before them, wait for that. */
class CompilingWriter {
  readonly diagnostics: Diagnostic[] = [];
  readonly #write: ts.WriteFileCallback;
  readonly #maps = new Map<string, WriteArguments>();

  constructor(write: ts.WriteFileCallback) {
    this.#write = write;
  }

  write(...args: WriteArguments): void {
    const [path, text] = args;
    if (SCRIPT_MAP.test(path)) this.#maps.set(path, args);
    else if (SCRIPT.test(path)) this.#writeScript(path, text, args);
    else this.#write(...args);
  }

  flush(): void {
    for (const args of this.#maps.values()) this.#write(...args);
    this.#maps.clear();
  }

  #writeScript(path: string, text: string, [, , ...rest]: WriteArguments): void {
    const mapArguments = this.#maps.get(`${path}.map`);
    const map = mapArguments && parseMap(mapArguments[1]);
    const result = compileEmitted({ path: resolve(path), text, map });
    if (result !== undefined) this.diagnostics.push(...traced(result, text, map, path));
    if (mapArguments !== undefined && result?.map !== undefined && result.manifest.length > 0) {
      const [mapPath, , ...restOfMap] = mapArguments;
      this.#maps.set(mapPath, [mapPath, JSON.stringify(result.map), ...restOfMap]);
    }
    this.flush();
    this.#write(path, result?.text ?? text, ...rest);
  }
}

function traced(
  { diagnostics }: CompiledFile,
  text: string,
  map: EncodedSourceMap | undefined,
  path: string,
): readonly Diagnostic[] {
  return map === undefined ? diagnostics : traceDiagnostics(diagnostics, text, map, resolve(path));
}

// oxlint-disable-next-line import/no-default-export -- what ts-patch looks for
export { transformProgram as default };
