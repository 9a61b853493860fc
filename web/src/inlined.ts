// The bytes of a file that the build put into the script (build/inputs.ts).

export function unpackStream(base64OfGzip: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  const characters = atob(base64OfGzip);
  const packed = new Uint8Array(characters.length);
  for (let i = 0; i < characters.length; ++i) packed[i] = characters.charCodeAt(i);
  return new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
}

// A model file, whose even bytes the build put before its odd ones.
export async function unpackModel(base64OfGzip: string): Promise<Uint8Array<ArrayBuffer>> {
  const apart = await unpack(base64OfGzip);
  const odd = Math.ceil(apart.length / 2);
  return apart.map((_, i) => apart[(i >> 1) + (i % 2) * odd]!);
}

export async function unpack(base64OfGzip: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(unpackStream(base64OfGzip)).arrayBuffer());
}
