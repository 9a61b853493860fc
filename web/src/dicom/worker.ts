// The worker that reads DICOM files, and nothing else: what a hostile file can do to a decoder ends
// with it. Its source is packed into the page with the decoders (web/build/dicom.ts).

import type { WasmName } from "./decoders";
import type { DicomChoice, DicomFilm } from "./film";
import { readFilm } from "./read_film";

export type WasmParts = Record<WasmName, Uint8Array>;

export type DicomRequest =
  | { readonly wasm: WasmParts } // once, first
  | { readonly file: Uint8Array; readonly choice: DicomChoice };

export type DicomReply = { readonly film: DicomFilm } | { readonly message: string };

let wasm: WasmParts | undefined;

self.addEventListener("message", ({ data }: MessageEvent<DicomRequest>) => {
  if ("wasm" in data) {
    wasm = data.wasm;
    return;
  }
  readFilm(data.file, data.choice, (name) => wasm![name]).then(
    (film) => self.postMessage({ film } satisfies DicomReply, { transfer: [film.pixels.buffer] }),
    (error: unknown) => self.postMessage({ message: sentence(error) } satisfies DicomReply),
  );
});

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
