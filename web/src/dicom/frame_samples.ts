// One frame to its samples as they are stored, whatever its transfer syntax.

import type { DataSet } from "dicom-parser";
import {
  decodeJpeg,
  decodeJpeg2000,
  decodeJpegLossless,
  decodeJpegLs,
  type Samples,
  type WasmBinaries,
} from "./decoders";
import { frameBytes } from "./frame_bytes";
import type { ImageFormat } from "./image_format";
import { decodeRle } from "./rle";
import { explicitBigEndian, type TransferSyntax } from "./transfer_syntax";

export async function frameSamples(
  data: DataSet,
  format: ImageFormat,
  syntax: TransferSyntax,
  frame: number,
  binaries: WasmBinaries,
): Promise<Samples> {
  const bytes = frameBytes(data, format, syntax, frame);
  switch (syntax.coding) {
    case "native": {
      const isBigEndian = syntax.uid === explicitBigEndian;
      const isOfWords = data.elements.x7fe00010?.vr === "OW";
      const samples = nativeSamples(bytes, format, isBigEndian, isOfWords);
      return { data: samples, planar: format.planar, isRgb: false };
    }
    case "rle":
      return { data: decodeRle(bytes, format), planar: true, isRgb: false };
    case "jpeg":
      return decodeJpeg(bytes, format);
    case "jpegLossless":
      return decodeJpegLossless(bytes, format);
    case "jpegLs":
      return decodeJpegLs(bytes, format, binaries);
    case "jpeg2000":
      return decodeJpeg2000(bytes, format, binaries);
  }
}

function nativeSamples(
  bytes: Uint8Array,
  format: ImageFormat,
  isBigEndian: boolean,
  isOfWords: boolean,
): Uint8Array | Uint16Array {
  if (format.bitsAllocated === 16) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const samples = new Uint16Array(bytes.length / 2);
    for (let i = 0; i < samples.length; ++i) samples[i] = view.getUint16(2 * i, !isBigEndian);
    return samples;
  }
  if (!isBigEndian || !isOfWords) return bytes;
  // PS3.5 8.1.1: two pixels share a word, the first in its less significant byte.
  if (bytes.length % 2 !== 0)
    throw new Error("The DICOM image has an odd number of bytes in big-endian words.");
  const samples = new Uint8Array(bytes.length);
  for (let i = 0; i < samples.length; ++i) samples[i] = bytes[i ^ 1]!;
  return samples;
}
