// RLE as PS3.5 annex G has it. Own, since no library of npm has it alone.

import type { ImageFormat } from "./image_format";

// Segments hold a byte of every sample of every pixel each: the most significant byte first, sample
// by sample. Gives the samples in planes.
export function decodeRle(bytes: Uint8Array, format: ImageFormat): Uint8Array | Uint16Array {
  const pixels = format.rows * format.columns;
  const bytesPerSample = format.bitsAllocated / 8;
  const expected = format.samples * bytesPerSample;
  if (bytes.length < 64) throw new Error("The RLE image inside the DICOM file is truncated.");
  const header = new DataView(bytes.buffer, bytes.byteOffset, 64);
  const segments = header.getUint32(0, true);
  if (segments !== expected)
    throw new Error(
      `The RLE image inside the DICOM file has ${segments} segments; expected ${expected}.`,
    );

  const samples =
    format.bitsAllocated === 8
      ? new Uint8Array(pixels * format.samples)
      : new Uint16Array(pixels * format.samples);
  for (let segment = 0; segment < segments; ++segment) {
    const start = header.getUint32(4 + 4 * segment, true);
    const end = segment + 1 < segments ? header.getUint32(8 + 4 * segment, true) : bytes.length;
    if (start < 64 || start > end || end > bytes.length)
      throw new Error("The RLE image inside the DICOM file is damaged: a segment lies outside it.");
    const sample = Math.floor(segment / bytesPerSample);
    const shift = 8 * (bytesPerSample - 1 - (segment % bytesPerSample));
    const plane = samples.subarray(sample * pixels, (sample + 1) * pixels);
    decodeSegment(bytes.subarray(start, end), plane, shift);
  }
  return samples;
}

function decodeSegment(bytes: Uint8Array, plane: Uint8Array | Uint16Array, shift: number): void {
  let at = 0;
  let pixel = 0;
  while (pixel < plane.length) {
    if (at >= bytes.length) throw new Error("The RLE image inside the DICOM file is truncated.");
    const control = bytes[at++]!;
    if (control === 128) continue;
    const isRun = control > 128;
    const count = Math.min(isRun ? 257 - control : control + 1, plane.length - pixel);
    if (at + (isRun ? 1 : count) > bytes.length)
      throw new Error("The RLE image inside the DICOM file is truncated.");
    for (let i = 0; i < count; ++i) plane[pixel++]! |= bytes[isRun ? at : at + i]! << shift;
    at += isRun ? 1 : control + 1;
  }
}
