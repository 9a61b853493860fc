// The bytes of a file that the build packed into the page (build/packed.ts).

import type { Packed } from "./packed";

export function unpackStream(packed: Packed): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Response(fromBase64(packed)).body!.pipeThrough(new DecompressionStream("gzip"));
}

export async function unpack(packed: Packed): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(unpackStream(packed)).arrayBuffer());
}

// A model file, whose even bytes the build put before its odd ones.
export async function unpackModel(packed: Packed): Promise<Uint8Array<ArrayBuffer>> {
  const apart = await unpack(packed);
  const bytes = new Uint8Array(apart.length);
  let from = 0;
  for (let to = 0; to < bytes.length; to += 2) bytes[to] = apart[from++]!;
  for (let to = 1; to < bytes.length; to += 2) bytes[to] = apart[from++]!;
  return bytes;
}

// Younger than the oldest browsers that the page runs in.
const native = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (native.fromBase64 !== undefined) return native.fromBase64(text);
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; ++i) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
