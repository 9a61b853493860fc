// The transfer syntaxes of PS3.6 table A-1 that hold still images: which are read, and the names of
// the others, for the sentence that refuses them.

export type Coding = "native" | "rle" | "jpeg" | "jpegLossless" | "jpegLs" | "jpeg2000";

export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly coding: Coding;
}

const base = "1.2.840.10008.1.2";
const read: readonly (readonly [string, string, Coding])[] = [
  ["", "Implicit VR Little Endian", "native"],
  [".1", "Explicit VR Little Endian", "native"],
  [".1.99", "Deflated Explicit VR Little Endian", "native"],
  [".2", "Explicit VR Big Endian", "native"],
  [".5", "RLE Lossless", "rle"],
  [".4.50", "JPEG Baseline (Process 1)", "jpeg"],
  [".4.51", "JPEG Extended (Process 2 and 4)", "jpeg"],
  [".4.57", "JPEG Lossless (Process 14)", "jpegLossless"],
  [".4.70", "JPEG Lossless (Process 14, Selection Value 1)", "jpegLossless"],
  [".4.80", "JPEG-LS Lossless", "jpegLs"],
  [".4.81", "JPEG-LS Near-Lossless", "jpegLs"],
  [".4.90", "JPEG 2000 Lossless", "jpeg2000"],
  [".4.91", "JPEG 2000", "jpeg2000"],
  [".4.201", "High-Throughput JPEG 2000 Lossless", "jpeg2000"],
  [".4.202", "High-Throughput JPEG 2000 with RPCL Lossless", "jpeg2000"],
  [".4.203", "High-Throughput JPEG 2000", "jpeg2000"],
];
const notRead: readonly (readonly [string, string])[] = [
  [".1.98", "Encapsulated Uncompressed Explicit VR Little Endian"],
  [".4.52", "JPEG Extended (Process 3 and 5)"],
  [".4.53", "JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8)"],
  [".4.55", "JPEG Full Progression, Non-Hierarchical (Process 10 and 12)"],
  [".4.58", "JPEG Lossless (Process 15)"],
  [".4.92", "JPEG 2000 Part 2 Multi-component Lossless"],
  [".4.93", "JPEG 2000 Part 2 Multi-component"],
  [".4.94", "JPIP Referenced"],
  [".4.95", "JPIP Referenced Deflate"],
  [".4.100", "MPEG2 Main Profile / Main Level"],
  [".4.101", "MPEG2 Main Profile / High Level"],
  [".4.102", "MPEG-4 AVC/H.264 High Profile / Level 4.1"],
  [".4.103", "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1"],
  [".4.104", "MPEG-4 AVC/H.264 High Profile / Level 4.2 for 2D Video"],
  [".4.105", "MPEG-4 AVC/H.264 High Profile / Level 4.2 for 3D Video"],
  [".4.106", "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2"],
  [".4.107", "HEVC/H.265 Main Profile / Level 5.1"],
  [".4.108", "HEVC/H.265 Main 10 Profile / Level 5.1"],
  [".4.110", "JPEG XL Lossless"],
  [".4.111", "JPEG XL JPEG Recompression"],
  [".4.112", "JPEG XL"],
  [".4.204", "JPIP HTJ2K Referenced"],
  [".4.205", "JPIP HTJ2K Referenced Deflate"],
  [".8.1", "Deflated Image Frame Compression"],
];

export const implicitLittleEndian = base;
export const explicitLittleEndian = `${base}.1`;
export const deflated = `${base}.1.99`;
export const explicitBigEndian = `${base}.2`;

// Throws the sentence for what is not read.
export function transferSyntax(uid: string): TransferSyntax {
  for (const [end, name, coding] of read) if (base + end === uid) return { uid, name, coding };
  const name = notRead.find(([end]) => base + end === uid)?.[1] ?? "a name that is not known here";
  throw new Error(
    `The transfer syntax of this DICOM file is ${uid} (${name}), which is not read here; ` +
      "expected an uncompressed, RLE, JPEG, JPEG-LS or JPEG 2000 one.",
  );
}
