// The bytes of a file that the build put into the script (build/inputs.ts).

export function unpackStream(base64OfGzip: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  const characters = atob(base64OfGzip);
  const packed = new Uint8Array(characters.length);
  for (let i = 0; i < characters.length; ++i) packed[i] = characters.charCodeAt(i);
  return new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
}

export async function unpack(base64OfGzip: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(unpackStream(base64OfGzip)).arrayBuffer());
}
