// Small sound DICOM files of every kind that is read, for the tests that damage them.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import createOpenJph from "@cornerstonejs/codec-openjph";
import { dicomFile, filmElements, lut, syntaxes } from "./dicom_files.mjs";
import { temporaryFolder } from "./temporary.mjs";

// OpenJPH encodes, OpenJPEG decodes in the page.
const openJph = await createOpenJph({ print: () => {} });

const columns = 24;
const rows = 16;
const codes = (largest) =>
  Uint16Array.from({ length: columns * rows }, (_, i) => (i * 37 + (i >> 4) * 91) % (largest + 1));

// DCMTK's and OpenJPEG's own programs, run on a file each.
const dcmtk = {
  rle: ["dcmcrle"],
  jpegBaseline: ["dcmcjpeg", "+eb", "+q", "95"],
  jpegExtended: ["dcmcjpeg", "+ee", "+q", "95"],
  jpegLossless: ["dcmcjpeg", "+el", "+sv", "6"],
  jpegLosslessSv1: ["dcmcjpeg", "+e1"],
  jpegLs: ["dcmcjpls"],
  jpegLsNear: ["dcmcjpls", "+en", "+md", "2"],
};
export const dcmtkKinds = Object.keys(dcmtk);

export function compressedByDcmtk(file, kind) {
  const [from, to] = filesNamed("from.dcm", "to.dcm");
  writeFileSync(from, file);
  const [program, ...options] = dcmtk[kind];
  execFileSync(program, [...options, from, to], { stdio: "pipe" });
  return readFileSync(to);
}

// A codestream of grey pixels of 16 or fewer bits. options: opj_compress's.
export function jpeg2000(pixels, columns, rows, largest, options = []) {
  const [from, to] = filesNamed("from.pgm", "to.j2k");
  const samples = Buffer.from(
    largest < 256 ? Uint8Array.from(pixels) : Uint16Array.from(pixels).buffer,
  );
  if (largest > 255) samples.swap16();
  writeFileSync(
    from,
    Buffer.concat([Buffer.from(`P5\n${columns} ${rows}\n${largest}\n`), samples]),
  );
  execFileSync("opj_compress", ["-i", from, "-o", to, ...options], { stdio: "pipe" });
  return readFileSync(to);
}

function filesNamed(...names) {
  const folder = temporaryFolder();
  return names.map((name) => resolve(folder, name));
}

export async function seeds() {
  const film = (options = {}) =>
    filmElements({ columns, rows, pixels: codes(4095), bitsStored: 12, ...options });
  const grey8 = dicomFile(
    filmElements({ columns, rows, bitsAllocated: 8, pixels: Uint8Array.from(codes(255)) }),
  );
  const grey12 = dicomFile(film());
  const three = Uint8Array.from({ length: 3 * columns * rows }, (_, i) => (i * 53) % 256);
  const windows = [
    [0x00281050, "DS", "2000\\1000"],
    [0x00281051, "DS", "3000\\900.5"],
    [0x00281052, "DS", "-10.5"],
    [0x00281053, "DS", "1.25"],
    [0x00281055, "LO", "wide\\narrow"],
    [0x00280120, "US", [0]],
  ];
  const tables = [
    [0x00283000, "SQ", [lut(0, 16, codes(65535))]],
    [0x00283010, "SQ", [lut(0, 12, codes(4095))]],
  ];
  const codestream = jpeg2000(codes(4095), columns, rows, 4095, ["-n", "3"]);
  const native = Object.entries(syntaxes).map(([name, uid]) => [
    name,
    dicomFile(film({ uid, more: windows }), uid),
  ]);
  const compressed = dcmtkKinds.map((kind) => [
    kind,
    compressedByDcmtk(kind === "jpegBaseline" ? grey8 : grey12, kind),
  ]);
  return {
    ...Object.fromEntries([...native, ...compressed]),
    jpeg2000: dicomFile(film({ pixels: { fragments: [codestream] } }), "1.2.840.10008.1.2.4.90"),
    tables: dicomFile(film({ more: tables })),
    bare: dicomFile(film({ uid: syntaxes.implicit }), syntaxes.implicit, { withMeta: false }),
    frames: dicomFile(
      film({
        frames: 3,
        pixels: {
          fragments: [codestream, codestream.subarray(0, 60), codestream.subarray(60), codestream],
        },
      }),
      "1.2.840.10008.1.2.4.90",
    ),
    rgb: dicomFile(
      filmElements({
        columns,
        rows,
        bitsAllocated: 8,
        samples: 3,
        planar: 0,
        photometric: "RGB",
        pixels: three,
      }),
    ),
  };
}

export function htj2k(pixels, columns, rows, bits) {
  const encoder = new openJph.HTJ2KEncoder();
  const frame = {
    width: columns,
    height: rows,
    bitsPerSample: bits,
    componentCount: 1,
    isSigned: false,
    isUsingColorTransform: false,
  };
  encoder.getDecodedBuffer(frame).set(new Uint8Array(pixels.buffer));
  encoder.setQuality(true, 0);
  encoder.encode();
  const codestream = Buffer.from(encoder.getEncodedBuffer());
  encoder.delete();
  return codestream;
}
