// DICOM files made in code: PS3.5 7 (elements), A.4 (compressed pixels), PS3.10 7.1 (the file).

import { deflateRawSync } from "node:zlib";

export const syntaxes = {
  implicit: "1.2.840.10008.1.2",
  explicit: "1.2.840.10008.1.2.1",
  deflated: "1.2.840.10008.1.2.1.99",
  bigEndian: "1.2.840.10008.1.2.2",
};

const digitalXRay = "1.2.840.10008.5.1.4.1.1.1.1";
const longRepresentations = ["OB", "OW", "SQ", "UN", "UT"];

// How numbers and elements are written in one transfer syntax.
function writer(uid) {
  const isBig = uid === syntaxes.bigEndian;
  const isImplicit = uid === syntaxes.implicit;
  const u16 = (value) => {
    const out = Buffer.alloc(2);
    isBig ? out.writeUInt16BE(value & 0xffff) : out.writeUInt16LE(value & 0xffff);
    return out;
  };
  const u32 = (value) => {
    const out = Buffer.alloc(4);
    isBig ? out.writeUInt32BE(value) : out.writeUInt32LE(value);
    return out;
  };
  const tagBytes = (tag) => Buffer.concat([u16(tag >>> 16), u16(tag)]);

  // value: text, numbers of 16 bits, bytes, or for SQ the elements of each item.
  function valueBytes(vr, value) {
    if (vr === "SQ")
      return Buffer.concat(
        value.map((elements) => {
          const content = dataSet(elements);
          return Buffer.concat([tagBytes(0xfffee000), u32(content.length), content]);
        }),
      );
    if (typeof value === "string") {
      const bytes = Buffer.from(value, "utf8");
      const fill = vr === "UI" ? "\0" : " ";
      return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(fill)]);
    }
    if (vr === "UL") return Buffer.concat(value.map(u32));
    const bytes = value instanceof Uint8Array ? value : Buffer.concat([...value].map(u16));
    return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
  }

  function header(tag, vr, length) {
    if (isImplicit) return Buffer.concat([tagBytes(tag), u32(length)]);
    const start = Buffer.concat([tagBytes(tag), Buffer.from(vr)]);
    if (longRepresentations.includes(vr)) return Buffer.concat([start, u16(0), u32(length)]);
    return Buffer.concat([start, u16(length)]);
  }

  function element([tag, vr, value]) {
    if (value.fragments === undefined) {
      const bytes = valueBytes(vr, value);
      return Buffer.concat([header(tag, vr, bytes.length), bytes]);
    }
    const items = [offsetTable(value), ...value.fragments].map((bytes) => {
      const padded = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
      return Buffer.concat([tagBytes(0xfffee000), u32(padded.length), padded]);
    });
    const end = Buffer.concat([tagBytes(0xfffee0dd), u32(0)]);
    return Buffer.concat([header(tag, "OB", 0xffffffff), ...items, end]);
  }

  const offsetTable = ({ offsets = [] }) => Buffer.concat([Buffer.alloc(0), ...offsets.map(u32)]);
  const dataSet = (elements) =>
    Buffer.concat([...elements].sort((a, b) => a[0] - b[0]).map(element));
  return { dataSet, u16 };
}

export function u16Bytes(values, uid = syntaxes.explicit) {
  const { u16 } = writer(uid);
  return Buffer.concat([...values].map(u16));
}

// The whole file. elements: [tag, VR, value] each. says: the transfer syntax that it claims.
export function dicomFile(
  elements,
  uid = syntaxes.explicit,
  { withPrefix = true, withMeta = true, says = uid } = {},
) {
  const content = writer(uid).dataSet(elements);
  const body = uid === syntaxes.deflated ? padded(deflateRawSync(content)) : content;
  if (!withMeta) return body;
  const meta = writer(syntaxes.explicit).dataSet([
    [0x00020001, "OB", Buffer.from([0, 1])],
    [0x00020002, "UI", digitalXRay],
    [0x00020003, "UI", "1.2.3.4"],
    [0x00020010, "UI", says],
    [0x00020012, "UI", "1.2.3"],
  ]);
  const length = writer(syntaxes.explicit).dataSet([[0x00020000, "UL", [meta.length]]]);
  const prefix = Buffer.concat([Buffer.alloc(128), Buffer.from("DICM")]);
  return Buffer.concat([...(withPrefix ? [prefix] : []), length, meta, body]);
}

const padded = (bytes) =>
  bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);

// The elements of a film. pixels: codes as they are stored, a frame after the other; or
// { fragments, offsets? } of compressed ones. more: further elements, in place of those of their tag.
export function filmElements({
  columns,
  rows,
  pixels,
  frames = 1,
  samples = 1,
  photometric = "MONOCHROME2",
  bitsAllocated = 16,
  bitsStored = bitsAllocated,
  highBit = bitsStored - 1,
  isSigned = false,
  planar,
  uid = syntaxes.explicit,
  more = [],
}) {
  const isCompressed = pixels.fragments !== undefined;
  const data = isCompressed || bitsAllocated === 8 ? pixels : u16Bytes(pixels, uid);
  const elements = [
    [0x00080016, "UI", digitalXRay],
    [0x00080018, "UI", "1.2.3.4"],
    [0x00080060, "CS", "DX"],
    [0x00100010, "PN", "Phantom^Drawn"],
    [0x00100020, "LO", "P-1"],
    [0x0020000d, "UI", "1.2.3.5"],
    [0x0020000e, "UI", "1.2.3.6"],
    [0x00280002, "US", [samples]],
    [0x00280004, "CS", photometric],
    ...(planar === undefined ? [] : [[0x00280006, "US", [planar]]]),
    ...(frames === 1 ? [] : [[0x00280008, "IS", String(frames)]]),
    [0x00280010, "US", [rows]],
    [0x00280011, "US", [columns]],
    [0x00280100, "US", [bitsAllocated]],
    [0x00280101, "US", [bitsStored]],
    [0x00280102, "US", [highBit]],
    [0x00280103, "US", [isSigned ? 1 : 0]],
    [0x7fe00010, bitsAllocated === 8 && !isCompressed ? "OB" : "OW", data],
  ];
  const replaced = new Set(more.map(([tag]) => tag));
  return [...elements.filter(([tag]) => !replaced.has(tag)), ...more].filter(
    ([, , value]) => value !== null,
  );
}

export const lut = (firstMapped, bits, entries, uid) => [
  [0x00283002, "US", [entries.length % 65536, firstMapped, bits]],
  [0x00283006, "OW", u16Bytes(entries, uid)],
];

// Of 12 bits: lungs darker than what lies between them, as the plain refusals want to see it.
export const chestPixels = (columns, rows) =>
  Uint16Array.from({ length: columns * rows }, (_, i) =>
    Math.abs(Math.abs((i % columns) / columns - 0.5) - 0.2) < 0.12 ? 900 : 2600 + (i % 400),
  );
