import type { EncodedSourceMap } from '@jridgewell/remapping';

const COMMENT = /^[ \t]*\/\/[#@] sourceMappingURL=(?<url>\S+)[ \t]*$/gm;
const DATA_URL = /^data:application\/json;(?:charset=[^;,]+;)?base64,(?<data>.*)$/;

/** The last `//# sourceMappingURL=` comment of a text (ECMA-426 11.1.2.1): its place and what it refers to. */
export interface SourceMapComment {
  readonly start: number;
  readonly end: number;
  readonly url: string;
}

export function findSourceMapComment(text: string): SourceMapComment | undefined {
  const match = [...text.matchAll(COMMENT)].at(-1);
  const url = match?.groups?.['url'];
  if (match === undefined || url === undefined) return undefined;
  return { start: match.index, end: match.index + match[0].length, url };
}

/** The map inside a `data:` URL; undefined for any other URL. */
export function decodeInlineMap(url: string): EncodedSourceMap | undefined {
  const data = DATA_URL.exec(url)?.groups?.['data'];
  return data === undefined ? undefined : parseMap(Buffer.from(data, 'base64').toString('utf8'));
}

export function inlineMapComment(map: EncodedSourceMap): string {
  const data = Buffer.from(JSON.stringify(map)).toString('base64');
  return `//# sourceMappingURL=data:application/json;charset=utf-8;base64,${data}`;
}

/** @returns undefined when the text is no source map that positions can be traced through */
export function parseMap(json: string): EncodedSourceMap | undefined {
  try {
    const map = JSON.parse(json) as Partial<EncodedSourceMap> | null;
    const isUsable = map?.version === 3 && typeof map.mappings === 'string' && Array.isArray(map.sources);
    return isUsable ? (map as EncodedSourceMap) : undefined;
  } catch {
    return undefined;
  }
}
