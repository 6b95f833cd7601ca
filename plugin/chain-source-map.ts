import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';

import remapping from '@jridgewell/remapping';
import type { EncodedSourceMap } from '@jridgewell/remapping';

/** The map from compiled text to the sources that `earlier` knows, where `earlier` led to the text that was compiled. */
export function chainSourceMap(map: EncodedSourceMap, earlier: EncodedSourceMap): EncodedSourceMap {
  const { sources, sourcesContent, names, mappings } = remapping([map, earlier], () => null);
  const file = earlier.file === undefined ? {} : { file: earlier.file };
  const content = earlier.sourcesContent === undefined ? {} : { sourcesContent: sourcesContent ?? [] };
  return { version: 3, ...file, sources, ...content, names, mappings: String(mappings) };
}

/**
 * The same map for a file that lies elsewhere: relative sources are written from there.
 * @param from absolute path of the file the map was in
 */
export function moveSourceMap(map: EncodedSourceMap, from: string, to: string): EncodedSourceMap {
  if (from === to) return map;
  const { sourceRoot, ...rest } = map;
  const move = (source: string | null): string | null => {
    if (source === null || isAbsolute(source) || /^[a-z][\w+.-]+:/i.test(source)) return source;
    const path = resolve(dirname(from), sourceRoot ?? '', source);
    return relative(dirname(to), path).replaceAll(sep, '/');
  };
  return { ...rest, sources: map.sources.map(move) };
}
