// What a compressed frame says of itself, read before a decoder sees it: a decoder allocates what
// its own header says, and that must be what the data set says.

import type { ImageFormat } from "./image_format";

export interface Codestream {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly precision: number; // bits of a sample
}

export function checkCodestream(found: Codestream, format: ImageFormat, name: string): void {
  const { width, height, components, precision } = found;
  if (width !== format.columns || height !== format.rows)
    throw new Error(
      `The ${name} image inside the DICOM file is ${width} x ${height} pixels; expected ` +
        `${format.columns} x ${format.rows}, as the file says.`,
    );
  if (components !== format.samples)
    throw new Error(
      `The ${name} image inside the DICOM file has ${components} components; expected ` +
        `${format.samples}, as the file says.`,
    );
  if (precision < 2 || precision > format.bitsAllocated)
    throw new Error(
      `The ${name} image inside the DICOM file has ${precision} bits; expected at most ` +
        `${format.bitsAllocated}, as the file says.`,
    );
}

const damaged = (name: string) =>
  new Error(`The ${name} image inside the DICOM file is damaged or truncated.`);

interface JpegHeader extends Codestream {
  readonly process: number; // the code of its start-of-frame marker
  readonly fill: readonly number[]; // positions of the bytes that only fill, before markers (B.1.1.2)
}

// JPEG (ITU-T T.81 B.2) and JPEG-LS (T.87 C.2), which have the same segments: the frame header, after
// a look at every scan.
export function jpegHeader(bytes: Uint8Array, name: string): JpegHeader {
  const uint16 = (at: number) => (bytes[at]! << 8) | bytes[at + 1]!;
  if (bytes.length < 4 || uint16(0) !== 0xffd8) throw damaged(name);
  let header: Omit<JpegHeader, "fill"> | undefined;
  let scans = 0;
  const fill: number[] = [];
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = uint16(at);
    if (marker === 0xffff) {
      fill.push(at++);
      continue;
    }
    const length = uint16(at + 2);
    if (marker < 0xffc0 || length < 2 || at + 2 + length > bytes.length) throw damaged(name);
    if (isStartOfFrame(marker)) {
      if (header !== undefined) throw damaged(name);
      header = readFrameHeader(bytes.subarray(at + 4, at + 2 + length), marker, name);
    }
    at += 2 + length;
    if (marker !== 0xffda) continue;
    if (header === undefined || ++scans > header.components) throw damaged(name);
    for (; at + 1 < bytes.length && !endsScan(bytes[at]!, bytes[at + 1]!); ++at)
      if (bytes[at] === 0xff && bytes[at + 1] === 0xff) fill.push(at);
    if (at + 1 < bytes.length && uint16(at) === 0xffd9) return { ...header, fill };
  }
  throw damaged(name);
}

// SOF0 to SOF15 without DHT, JPG and DAC; SOF55 is JPEG-LS.
function isStartOfFrame(marker: number): boolean {
  if (marker === 0xfff7) return true;
  return marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
}

// Within a scan, FF00 (in JPEG-LS FF00 to FF7F) is data, and restart markers belong to it.
function endsScan(first: number, second: number): boolean {
  return first === 0xff && second >= 0xc0 && !(second >= 0xd0 && second <= 0xd7) && second !== 0xff;
}

function readFrameHeader(segment: Uint8Array, process: number, name: string) {
  const components = segment[5] ?? 0;
  if (segment.length < 6 + 3 * components) throw damaged(name);
  for (let i = 0; i < components; ++i) {
    const sampling = segment[7 + 3 * i]!;
    const [across, down] = [sampling >> 4, sampling & 15];
    if (across < 1 || across > 4 || down < 1 || down > 4) throw damaged(name);
  }
  return {
    process,
    precision: segment[0]!,
    height: (segment[1]! << 8) | segment[2]!,
    width: (segment[3]! << 8) | segment[4]!,
    components,
  };
}

const maxTiles = 65535; // ITU-T T.800 A.4.2

// The SIZ segment of a JPEG 2000 codestream (T.800 A.5.1), which may lie in the boxes of a JP2 file.
export function jpeg2000Header(bytes: Uint8Array, name: string): Codestream {
  const start = indexOfCodestream(bytes);
  if (start < 0 || bytes.length - start < 45) throw damaged(name);
  const data = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const size = (at: number) => data.getUint32(at) - data.getUint32(at + 8);
  const [width, height] = [size(8), size(12)];
  const components = data.getUint16(40);
  if (components < 1 || components > 4 || data.byteLength < 42 + 3 * components)
    throw damaged(name);
  const tiles =
    Math.ceil(data.getUint32(8) / data.getUint32(24)) *
    Math.ceil(data.getUint32(12) / data.getUint32(28));
  if (!(tiles <= maxTiles)) throw damaged(name);
  for (let i = 0; i < components; ++i) {
    const at = 42 + 3 * i;
    if (data.getUint8(at) !== data.getUint8(42) || data.getUint16(at + 1) !== 0x0101)
      throw new Error(
        `The ${name} image inside the DICOM file has components of several sizes or depths; ` +
          "expected one.",
      );
  }
  if (!hasEndOfCodestream(bytes)) throw damaged(name);
  return { width, height, components, precision: (data.getUint8(42) & 0x7f) + 1 };
}

// SOC and SIZ, at the start or behind the boxes of a JP2 file.
function indexOfCodestream(bytes: Uint8Array): number {
  const end = Math.min(bytes.length - 4, 4096);
  for (let i = 0; i < end; ++i)
    if (
      bytes[i] === 0xff &&
      bytes[i + 1] === 0x4f &&
      bytes[i + 2] === 0xff &&
      bytes[i + 3] === 0x51
    )
      return i;
  return -1;
}

// Without its end the decoder would fill up what is missing. A byte of padding may follow.
function hasEndOfCodestream(bytes: Uint8Array): boolean {
  for (const at of [bytes.length - 2, bytes.length - 3])
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
  return false;
}
