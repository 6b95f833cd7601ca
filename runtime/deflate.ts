/** Raw DEFLATE (RFC 1951) through the web's compression streams. */
export async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return collect(pass(bytes, new CompressionStream('deflate-raw')), Number.POSITIVE_INFINITY);
}

/**
 * Undoes {@link deflate}, and stops as soon as there are more than `maxBytes`: what comes after is never inflated.
 * @throws {RangeError} when it is too large
 * @throws {TypeError} when it is not a complete DEFLATE stream.
 */
export async function inflate(
  bytes: Uint8Array<ArrayBuffer>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  return collect(pass(bytes, new DecompressionStream('deflate-raw')), maxBytes);
}

function pass(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): AsyncIterable<Uint8Array> {
  const writer = stream.writable.getWriter();
  // What fails here fails the reading side too, which is where it is awaited.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  return stream.readable as AsyncIterable<Uint8Array>;
}

async function collect(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
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
