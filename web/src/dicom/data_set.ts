// The bytes of a DICOM file to its data set, by dicom-parser.

import parser from "dicom-parser";
import type { ByteArrayParser, DataSet } from "dicom-parser";
import { attribute, shortened, text } from "./attributes";
import { isDicom } from "./is_dicom";
import {
  deflated,
  explicitBigEndian,
  explicitLittleEndian,
  implicitLittleEndian,
} from "./transfer_syntax";

export interface ParsedFile {
  readonly data: DataSet;
  readonly transferSyntaxUid: string;
}

// A deflated file may hold a thousand times its size: no more than an image of the largest area, in
// colour with 16 bits, and as much again for all else.
const maxInflated = 512 * 1024 * 1024; // bytes

// dicom-parser has these and does not declare them all.
const {
  ByteStream,
  DataSet,
  bigEndianByteArrayParser,
  littleEndianByteArrayParser,
  parseDicomDataSetExplicit,
  parseDicomDataSetImplicit,
  readPart10Header,
} = parser as unknown as {
  ByteStream: typeof parser.ByteStream;
  DataSet: new (order: ByteArrayParser, bytes: Uint8Array, elements: object) => DataSet;
  bigEndianByteArrayParser: ByteArrayParser;
  littleEndianByteArrayParser: ByteArrayParser;
  parseDicomDataSetExplicit: ParseElements;
  parseDicomDataSetImplicit: ParseElements;
  readPart10Header(bytes: Uint8Array): DataSet & { position: number };
};
type ParseElements = (data: DataSet, stream: parser.ByteStream, end: number) => void;

const TransferSyntaxUID = attribute("x00020010", "TransferSyntaxUID");

export async function parseFile(file: Uint8Array): Promise<ParsedFile> {
  if (!isDicom(file)) throw new Error("The file is not DICOM: it has no DICM prefix.");
  const { uid, start } = metaInformation(file);
  if (uid === deflated) {
    const inflated = await inflate(file.subarray(start));
    return { data: parseDataSet(inflated, 0, uid), transferSyntaxUid: uid };
  }
  return { data: parseDataSet(file, start, uid), transferSyntaxUid: uid };
}

// The transfer syntax, and where the data set begins.
function metaInformation(file: Uint8Array): { uid: string; start: number } {
  const hasPrefix = String.fromCharCode(...file.subarray(128, 132)) === "DICM";
  if (!hasPrefix && file[0] === 8) {
    // The first element shows whether representations are written.
    const isExplicit = /^[A-Z]{2}$/.test(String.fromCharCode(file[4]!, file[5]!));
    return { uid: isExplicit ? explicitLittleEndian : implicitLittleEndian, start: 0 };
  }
  const bytes = hasPrefix ? file : joined([prefix(), file]);
  const meta = parsed(() => readPart10Header(bytes));
  // PS3.10 requires it; files without it exist, and PS3.5 10.1 has implicit VR as the default.
  const uid = shortened(text(meta, TransferSyntaxUID)) || implicitLittleEndian;
  return { uid, start: hasPrefix ? meta.position : meta.position - prefixLength };
}

function parseDataSet(bytes: Uint8Array, start: number, uid: string): DataSet {
  const byteOrder =
    uid === explicitBigEndian ? bigEndianByteArrayParser : littleEndianByteArrayParser;
  const parse =
    uid === implicitLittleEndian ? parseDicomDataSetImplicit : parseDicomDataSetExplicit;
  return parsed(() => {
    const data = new DataSet(byteOrder, bytes, {});
    parse(data, new ByteStream(byteOrder, bytes, start), bytes.length);
    return data;
  });
}

const prefixLength = 132;
function prefix(): Uint8Array {
  const bytes = new Uint8Array(prefixLength);
  bytes.set(new TextEncoder().encode("DICM"), 128);
  return bytes;
}

// dicom-parser throws texts, and whatever else its reading of a broken file runs into.
function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new Error("The DICOM file is damaged or truncated: its elements cannot be read.");
  }
}

async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await inflateExactly(bytes);
  } catch (error) {
    // PS3.5 A.5: a stream of odd length is padded by one zero, which a strict decoder refuses.
    if (error instanceof TooLarge || bytes.at(-1) !== 0) throw damaged(error);
  }
  try {
    return await inflateExactly(bytes.subarray(0, -1));
  } catch (error) {
    throw damaged(error);
  }
}

class TooLarge extends Error {}

function damaged(error: unknown): Error {
  if (error instanceof TooLarge) return error;
  return new Error("The DICOM file is damaged: its deflated data set cannot be inflated.");
}

async function inflateExactly(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream("deflate-raw"));
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks);
    size += value.length;
    if (size > maxInflated) {
      await reader.cancel();
      throw new TooLarge("The deflated DICOM file holds more than 512 MiB, the most that is read.");
    }
    chunks.push(value);
  }
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let position = 0;
  for (const part of parts) {
    all.set(part, position);
    position += part.length;
  }
  return all;
}
