// A compressed frame to its samples, by libraries. A decoder in WebAssembly is made when the first
// frame of its kind comes, and thrown away when it fails: its memory may then be in any state.

import createCharls from "@cornerstonejs/codec-charls/decodewasmjs";
import createOpenJpeg from "@cornerstonejs/codec-openjpeg/decodewasmjs";
import { Decoder as LosslessDecoder } from "@cornerstonejs/jpeg-lossless-decoder-js";
import { JpegImage } from "daikon/lib/jpeg-baseline.js";
import { checkCodestream, jpeg2000Header, jpegHeader } from "./codestream";
import type { ImageFormat } from "./image_format";

export interface Samples {
  readonly data: Uint8Array | Uint16Array;
  readonly planar: boolean;
  readonly isRgb: boolean; // the decoder has undone a colour transformation of its own
}

export type WasmName = "charls" | "openjpeg";
export type WasmBinaries = (name: WasmName) => Uint8Array;

interface EmbindDecoder {
  getEncodedBuffer(size: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number };
  getInterleaveMode?(): number;
  decode(): void;
  delete(): void;
}

const opened = new Map<WasmName, Promise<new () => EmbindDecoder>>();

async function decoderClass(name: WasmName, binaries: WasmBinaries) {
  const quiet = { print: () => {}, printErr: () => {}, locateFile: (path: string) => path };
  const options = { ...quiet, wasmBinary: binaries(name) };
  if (name === "charls") return (await createCharls(options)).JpegLSDecoder;
  return (await createOpenJpeg(options)).J2KDecoder;
}

async function decodeByWasm(
  name: WasmName,
  bytes: Uint8Array,
  format: ImageFormat,
  binaries: WasmBinaries,
  what: string,
): Promise<Samples> {
  try {
    if (!opened.has(name)) opened.set(name, decoderClass(name, binaries));
    const decoder = new (await opened.get(name)!)();
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const { bitsPerSample } = decoder.getFrameInfo();
    const size = format.rows * format.columns * format.samples * (bitsPerSample > 8 ? 2 : 1);
    const out = decoder.getDecodedBuffer();
    if (out.length !== size) throw new RangeError("another size than its header said");
    const copy = out.slice();
    const planar = decoder.getInterleaveMode?.() === 0 && format.samples > 1;
    decoder.delete();
    return {
      data: bitsPerSample > 8 ? new Uint16Array(copy.buffer) : copy,
      planar,
      isRgb: false,
    };
  } catch {
    opened.delete(name);
    throw new Error(`The ${what} image inside the DICOM file is damaged: it cannot be decoded.`);
  }
}

export async function decodeJpegLs(
  bytes: Uint8Array,
  format: ImageFormat,
  binaries: WasmBinaries,
): Promise<Samples> {
  const header = jpegHeader(bytes, "JPEG-LS");
  checkCodestream(header, format, "JPEG-LS");
  if (header.process !== 0xfff7) throw wrongProcess("JPEG-LS");
  return decodeByWasm("charls", bytes, format, binaries, "JPEG-LS");
}

export async function decodeJpeg2000(
  bytes: Uint8Array,
  format: ImageFormat,
  binaries: WasmBinaries,
): Promise<Samples> {
  checkCodestream(jpeg2000Header(bytes, "JPEG 2000"), format, "JPEG 2000");
  const samples = await decodeByWasm("openjpeg", bytes, format, binaries, "JPEG 2000");
  // YBR_RCT and YBR_ICT are the codestream's own transformation, which OpenJPEG undoes.
  return { ...samples, isRgb: format.photometric.startsWith("YBR_") && isOfCodestream(format) };
}

const isOfCodestream = ({ photometric }: ImageFormat) =>
  photometric === "YBR_RCT" || photometric === "YBR_ICT";

// Processes 1, 2 and 4: sequential, Huffman, 8 or 12 bits.
export function decodeJpeg(bytes: Uint8Array, format: ImageFormat): Samples {
  const header = jpegHeader(bytes, "JPEG");
  checkCodestream(header, format, "JPEG");
  if (header.process !== 0xffc0 && header.process !== 0xffc1) throw wrongProcess("JPEG");
  // The library takes fill bytes for an unknown marker.
  const plain = without(bytes, header.fill);
  if (header.precision === 12) return decodeJpeg12(plain, format);
  if (header.precision !== 8)
    throw new Error(`The JPEG image inside the DICOM file has ${header.precision} bits.`);
  const image = parseJpeg(plain);
  image.adobe = null; // colours stay as they are stored: the data set says what they are
  image.colorTransform = false;
  const data = image.getData(format.columns, format.rows);
  return { data, planar: false, isRgb: false };
}

// positions: ascending.
function without(bytes: Uint8Array, positions: readonly number[]): Uint8Array {
  const left = new Uint8Array(bytes.length - positions.length);
  let from = 0;
  positions.forEach((position, i) => {
    left.set(bytes.subarray(from, position), from - i);
    from = position + 1;
  });
  left.set(bytes.subarray(from), from - positions.length);
  return left;
}

function decodeJpeg12(bytes: Uint8Array, format: ImageFormat): Samples {
  if (format.samples !== 1)
    throw new Error("The JPEG image inside the DICOM file has colours of 12 bits; expected grey.");
  // The library clips at its level shift, and scales the shift's rounding with the depth: at 12 bits
  // all is 15 too bright. Told of 13 bits, it clips nothing and adds
  // floor((2056 · 8191 / 255) / 16) = 4127, where the right shift is 2048.
  const told = bytes.slice();
  told[positionOfPrecision(told)] = 13;
  const shifted = parseJpeg(told).getData16(format.columns, format.rows);
  return {
    data: shifted.map((value) => Math.min(Math.max(value - (4127 - 2048), 0), 4095)),
    planar: false,
    isRgb: false,
  };
}

// Of the frame header, which jpegHeader has seen.
function positionOfPrecision(bytes: Uint8Array): number {
  let at = 2;
  for (;;) {
    if (bytes[at + 1] === 0xc0 || bytes[at + 1] === 0xc1) return at + 4;
    at += 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
  }
}

function parseJpeg(bytes: Uint8Array): JpegImage {
  try {
    const image = new JpegImage();
    image.parse(bytes);
    return image;
  } catch {
    throw new Error("The JPEG image inside the DICOM file is damaged: it cannot be decoded.");
  }
}

export function decodeJpegLossless(bytes: Uint8Array, format: ImageFormat): Samples {
  const header = jpegHeader(bytes, "lossless JPEG");
  checkCodestream(header, format, "lossless JPEG");
  if (header.process !== 0xffc3) throw wrongProcess("lossless JPEG");
  if (format.samples !== 1 && header.precision > 8)
    throw new Error(
      `The lossless JPEG image inside the DICOM file has colours of ${header.precision} bits; ` +
        "expected 8.",
    );
  const decoder = new LosslessDecoder();
  const copy = bytes.slice();
  let data: Uint8Array | Uint16Array | null;
  try {
    data = decoder.decode(copy.buffer, 0, copy.length);
  } catch {
    data = null;
  }
  // It stops without a word where the data does.
  if (data?.length !== format.rows * format.columns * format.samples || decoder.yLoc < format.rows)
    throw new Error("The lossless JPEG image inside the DICOM file is damaged or truncated.");
  return { data, planar: false, isRgb: false };
}

function wrongProcess(name: string): Error {
  return new Error(`The image inside the DICOM file is not of the ${name} kind that it says.`);
}
