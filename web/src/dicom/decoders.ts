// A compressed frame to its samples, by the libraries that the core's reader has none for. A decoder is
// made when the first frame of its kind comes, and thrown away when it fails: its memory may then be in
// any state.

import createCharls from "@cornerstonejs/codec-charls/decodewasmjs";
import createOpenJpeg from "@cornerstonejs/codec-openjpeg/decodewasmjs";

export type Coding = "jpeg_ls" | "jpeg_2000";
export type WasmName = "dicom" | "charls" | "openjpeg";
export type WasmBinaries = (name: WasmName) => Uint8Array;

export interface Samples {
  readonly data: Uint8Array | Uint16Array;
  readonly planar: boolean;
}

interface EmbindDecoder {
  getEncodedBuffer(size: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number };
  getInterleaveMode?(): number;
  decode(): void;
  delete(): void;
}

const opened = new Map<Coding, Promise<new () => EmbindDecoder>>();

async function decoderClass(coding: Coding, binaries: WasmBinaries) {
  const quiet = { print: () => {}, printErr: () => {}, locateFile: (path: string) => path };
  if (coding === "jpeg_ls")
    return (await createCharls({ ...quiet, wasmBinary: binaries("charls") })).JpegLSDecoder;
  return (await createOpenJpeg({ ...quiet, wasmBinary: binaries("openjpeg") })).J2KDecoder;
}

// count: of samples. null: the stream is damaged. The caller has held its header against the data set.
export async function decode(
  coding: Coding,
  stream: Uint8Array,
  count: number,
  binaries: WasmBinaries,
): Promise<Samples | null> {
  try {
    if (!opened.has(coding)) opened.set(coding, decoderClass(coding, binaries));
    const decoder = new (await opened.get(coding)!)();
    decoder.getEncodedBuffer(stream.length).set(stream);
    decoder.decode();
    const { bitsPerSample, componentCount } = decoder.getFrameInfo();
    const out = decoder.getDecodedBuffer();
    if (out.length !== count * (bitsPerSample > 8 ? 2 : 1))
      throw new RangeError("another size than its header said");
    const copy = out.slice();
    const planar = decoder.getInterleaveMode?.() === 0 && componentCount > 1;
    decoder.delete();
    return { data: bitsPerSample > 8 ? new Uint16Array(copy.buffer) : copy, planar };
  } catch {
    opened.delete(coding);
    return null;
  }
}
