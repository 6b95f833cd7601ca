import { fromBase64Url, toBase64Url } from '../../runtime/base64url.ts';
import { deflate, inflate } from '../../runtime/deflate.ts';

/** As much as a source may have; more is no handler to play with. */
const MAX_BYTES = 2 ** 18;

const NAME = 'code';

/** The part of a link that holds a source: compressed, so that it stays short enough to be sent around. */
export async function toHash(source: string): Promise<string> {
  return `#${NAME}=${toBase64Url(await deflate(new TextEncoder().encode(source)))}`;
}

/** The source in a link; undefined when there is none, or none that can be read. */
export async function fromHash(hash: string): Promise<string | undefined> {
  const bytes = fromBase64Url(new URLSearchParams(hash.slice(1)).get(NAME) ?? '');
  if (bytes === undefined || bytes.length === 0) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await inflate(bytes, MAX_BYTES));
  } catch {
    return undefined;
  }
}
