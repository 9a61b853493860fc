// Whether a file is DICOM, by its content: in the page's own bundle, so small.

// Value representations of PS3.5 6.2 that the first elements of a file have.
const firstRepresentations = new Set(["UL", "OB", "UI", "SH", "AE", "UN", "CS", "DA", "TM", "LO"]);

// Part 10 files (PS3.10 7.1) have "DICM" behind a preamble of 128 bytes. Some programs leave both
// away: such a file begins with an element of its meta information (group 0002) or with one of group
// 0008, in the way that every data set with an image does. Little endian only.
export function isDicom(bytes: Uint8Array): boolean {
  if (bytes.length >= 132 && latin1(bytes, 128, 4) === "DICM") return true;
  if (bytes.length < 8 || bytes[1] !== 0 || (bytes[0] !== 2 && bytes[0] !== 8)) return false;
  const element = bytes[2]! | (bytes[3]! << 8);
  if (element > 0x70) return false;
  if (firstRepresentations.has(latin1(bytes, 4, 2))) return true;
  // Implicit VR: a length follows, and the value must lie within the file.
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  return bytes[0] === 8 && length > 0 && length <= 64 && 8 + length < bytes.length;
}

function latin1(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}
