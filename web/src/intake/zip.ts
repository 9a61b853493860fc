// A ZIP archive to its files (PKWARE's APPNOTE 6.3, 4.3). Own code, since the browser inflates and
// what is left is to read the directory: zip.js would be 100 KB more for every opening to parse, and
// fflate checks no sums.

import type { Found, LeftOut } from "./folders";

const largestFile = 512 * 2 ** 20; // bytes; an archive may hold a thousand times its size
const largestArchive = 4 * 2 ** 30; // bytes of all its files

export async function isZip(file: Blob): Promise<boolean> {
  try {
    const start = new Uint8Array(await file.slice(0, 4).arrayBuffer());
    return start.length === 4 && ["3,4", "5,6"].includes(start.slice(2).join()) && isPk(start);
  } catch {
    return false; // it says so when it is read
  }
}

const isPk = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b;

interface Entry {
  readonly name: string;
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly size: number; // in the archive
  readonly wholeSize: number;
  readonly header: number; // its position
}

// Names have the archive's before them. Hidden files are left out.
export async function filesOfZip(zip: Blob, archive: string): Promise<Found> {
  const found: Found = { files: [], leftOut: [], mayMiss: false };
  const leave = (name: string, reason: LeftOut["reason"]) => found.leftOut.push({ name, reason });
  let left = largestArchive;
  let entries: Entry[];
  try {
    entries = await directoryOf(zip);
  } catch {
    leave(archive, "damaged");
    return found;
  }
  for (const entry of entries) {
    const parts = entry.name.split("/");
    if (entry.name.endsWith("/")) continue;
    if (parts.some((part) => part.startsWith(".") || part === "__MACOSX")) continue;
    const name = `${archive}/${entry.name}`;
    left -= entry.wholeSize;
    if (entry.isEncrypted) leave(name, "encrypted");
    else if (entry.wholeSize > largestFile || left < 0) leave(name, "tooLarge");
    else {
      const file = await fileOf(zip, entry).catch(() => null);
      if (file === null) leave(name, "damaged");
      else found.files.push({ name, file });
    }
  }
  return found;
}

// Throws where it is damaged.
async function directoryOf(zip: Blob): Promise<Entry[]> {
  const tailStart = Math.max(0, zip.size - 65_557); // the end record, and the longest comment
  const tail = new DataView(await zip.slice(tailStart).arrayBuffer());
  let end = tail.byteLength - 22;
  while (tail.getUint32(end, true) !== 0x06054b50) --end; // a RangeError below 0
  const count = tail.getUint16(end + 10, true);
  const size = tail.getUint32(end + 12, true);
  const start = tail.getUint32(end + 16, true);
  // More, or larger, is ZIP64, whose fields lie elsewhere.
  if (count === 0xffff || start === 0xffffffff) throw new RangeError("ZIP64");
  const data = new DataView(await zip.slice(start, start + size).arrayBuffer());
  const entries: Entry[] = [];
  for (let at = 0; entries.length < count;) {
    if (data.getUint32(at, true) !== 0x02014b50) throw new RangeError("no entry");
    const flags = data.getUint16(at + 8, true);
    const nameLength = data.getUint16(at + 28, true);
    const bytes = new Uint8Array(data.buffer, at + 46, nameLength);
    entries.push({
      name: nameOf(bytes).replaceAll("\\", "/"),
      isEncrypted: (flags & 1) !== 0,
      method: data.getUint16(at + 10, true),
      crc: data.getUint32(at + 16, true),
      size: data.getUint32(at + 20, true),
      wholeSize: data.getUint32(at + 24, true),
      header: data.getUint32(at + 42, true),
    });
    at += 46 + nameLength + data.getUint16(at + 30, true) + data.getUint16(at + 32, true);
  }
  return entries;
}

function nameOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

// Throws where it is damaged.
async function fileOf(zip: Blob, { header, method, size, wholeSize, crc }: Entry): Promise<Blob> {
  const local = new DataView(await zip.slice(header, header + 30).arrayBuffer());
  if (local.getUint32(0, true) !== 0x04034b50) throw new RangeError("no header");
  const start = header + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  const stored = zip.slice(start, start + size);
  if (method !== 0 && method !== 8) throw new RangeError("a method that is not read");
  const bytes =
    method === 0 ? new Uint8Array(await stored.arrayBuffer()) : await inflated(stored, wholeSize);
  if (bytes.length !== wholeSize || crc32(bytes) !== crc) throw new RangeError("damaged");
  return new Blob([bytes]);
}

async function inflated(stored: Blob, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stored.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const bytes = new Uint8Array(size);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return bytes.subarray(0, length);
    if (length + value.length > size) {
      await reader.cancel();
      throw new RangeError("more than it says");
    }
    bytes.set(value, length);
    length += value.length;
  }
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; ++k) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
