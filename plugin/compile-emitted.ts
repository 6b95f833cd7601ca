import { basename } from 'node:path';

import type { EncodedSourceMap } from '@jridgewell/remapping';

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { RUNTIME_MODULE } from '../engine/compiled/runtime-module.ts';
import { chainSourceMap, moveSourceMap } from './chain-source-map.ts';
import { compileModule } from './compile-module.ts';
import { decodeInlineMap, findSourceMapComment, inlineMapComment } from './source-map-comment.ts';
import type { SourceMapComment } from './source-map-comment.ts';

export interface EmittedFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  /** The map that `text` refers to by a file name; a map within `text` is found there. */
  readonly map: EncodedSourceMap | undefined;
  /** Where the compiled text goes, if not to `path`. */
  readonly target?: string;
  /** Whether a text without a map gets one that leads to itself. */
  readonly withOwnMap?: boolean;
}

export interface CompiledFile {
  readonly text: string;
  /** What replaces `EmittedFile.map`; its sources are still relative to where that was. */
  readonly map: EncodedSourceMap | undefined;
  /** Ids of the functions that were compiled; `text` and `map` are as given when there are none. */
  readonly manifest: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly notes: readonly Diagnostic[];
}

/**
 * Compiles what another compiler has written: the source map, beside the file or inside it, then leads from the compiled
 * text to the sources it led to before.
 * @returns undefined for a file that cannot have anything to compile
 */
export function compileEmitted({
  path,
  text,
  map,
  target = path,
  withOwnMap = false,
}: EmittedFile): CompiledFile | undefined {
  if (!text.includes(RUNTIME_MODULE)) return undefined;
  const { code, map: compiledMap, manifest, diagnostics, notes } = compileModule(text, path);
  if (manifest.length === 0) return { text, map, manifest, diagnostics, notes };
  const ownMap: EncodedSourceMap = { ...compiledMap, sources: [basename(path)] };
  const comment = findSourceMapComment(code);
  const inlineMap = comment && decodeInlineMap(comment.url);
  const newInlineMap =
    inlineMap === undefined
      ? comment === undefined && withOwnMap && ownMap
      : chainSourceMap(ownMap, inlineMap);
  const withMap = newInlineMap
    ? replaceComment(code, comment, inlineMapComment(moveSourceMap(newInlineMap, path, target)))
    : code;
  return { text: withMap, map: map && chainSourceMap(ownMap, map), manifest, diagnostics, notes };
}

function replaceComment(code: string, comment: SourceMapComment | undefined, text: string): string {
  if (comment === undefined) return `${code.trimEnd()}\n${text}\n`;
  return code.slice(0, comment.start) + text + code.slice(comment.end);
}
