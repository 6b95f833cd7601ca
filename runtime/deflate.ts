import { findBuiltinModule } from './builtin-module.ts';

type Bytes = Uint8Array<ArrayBuffer>;

interface Zlib {
  deflateRawSync(bytes: Bytes, options: { readonly level: number }): Uint8Array;
  inflateRawSync(bytes: Bytes, options: { readonly maxOutputLength: number }): Uint8Array;
}

/** A third of the time of level 6 for states of some kilobytes, at the same length. */
const LEVEL = 3;

const zlib = findBuiltinModule<Zlib>('node:zlib');

/**
 * Raw DEFLATE (RFC 1951): zlib where the host has it, else the web's compression streams, which need 30 times as long for a
 * kilobyte.
 */
export async function deflate(bytes: Bytes): Promise<Bytes> {
  if (zlib !== undefined) return new Uint8Array(zlib.deflateRawSync(bytes, { level: LEVEL }));
  return collect(pass(bytes, new CompressionStream('deflate-raw')), Number.POSITIVE_INFINITY);
}

/**
 * Undoes {@link deflate}, and stops as soon as there are more than `maxBytes`: what comes after is never inflated.
 * @throws {RangeError} when it is too large
 * @throws {Error} when it is not a complete DEFLATE stream.
 */
export async function inflate(bytes: Bytes, maxBytes: number): Promise<Bytes> {
  if (zlib !== undefined) return new Uint8Array(zlib.inflateRawSync(bytes, { maxOutputLength: maxBytes }));
  return collect(pass(bytes, new DecompressionStream('deflate-raw')), maxBytes);
}

function pass(bytes: Bytes, stream: CompressionStream | DecompressionStream): AsyncIterable<Uint8Array> {
  const writer = stream.writable.getWriter();
  // What fails here fails the reading side too, which is where it is awaited.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  return stream.readable as AsyncIterable<Uint8Array>;
}

async function collect(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`);
    parts.push(chunk);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
