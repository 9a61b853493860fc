// The bytes of a file that the build packed into the page (build/packed.ts).

import { decode } from "./base91";
import type { Packed } from "./packed";

export function unpackStream(packed: Packed): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Response(decode(packed)).body!.pipeThrough(new DecompressionStream("gzip"));
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
