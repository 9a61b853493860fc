// How the pixels of a data set are laid out: PS3.3 C.7.6.3, checked before anything is allocated.

import type { DataSet } from "dicom-parser";
import { attribute, decimals, required, shortened, text, uint16 } from "./attributes";

// As the core has them (wasm/core/image/decode.h).
export const maxSide = 16384; // pixels
export const maxArea = 40_000_000; // pixels

const photometrics = [
  "MONOCHROME1",
  "MONOCHROME2",
  "PALETTE COLOR",
  "RGB",
  "YBR_FULL",
  "YBR_FULL_422",
  "YBR_ICT",
  "YBR_RCT",
] as const;
export type Photometric = (typeof photometrics)[number];

export interface ImageFormat {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samples: 1 | 3;
  readonly photometric: Photometric;
  readonly planar: boolean; // all of red, then all of green, then all of blue
  readonly bitsAllocated: 8 | 16;
  readonly bitsStored: number; // 8 to bitsAllocated
  readonly highBit: number;
  readonly signed: boolean;
}

const Rows = attribute("x00280010", "Rows");
const Columns = attribute("x00280011", "Columns");
const NumberOfFrames = attribute("x00280008", "NumberOfFrames");
const SamplesPerPixel = attribute("x00280002", "SamplesPerPixel");
const PhotometricInterpretation = attribute("x00280004", "PhotometricInterpretation");
const PlanarConfiguration = attribute("x00280006", "PlanarConfiguration");
const BitsAllocated = attribute("x00280100", "BitsAllocated");
const BitsStored = attribute("x00280101", "BitsStored");
const HighBit = attribute("x00280102", "HighBit");
const PixelRepresentation = attribute("x00280103", "PixelRepresentation");

export function imageFormat(data: DataSet): ImageFormat {
  const rows = required(data, Rows);
  const columns = required(data, Columns);
  if (rows === 0 || columns === 0)
    throw new Error(`The DICOM image is ${columns} x ${rows} pixels; expected at least 1 x 1.`);
  if (Math.max(rows, columns) > maxSide)
    throw new Error(
      `The DICOM image is ${columns} x ${rows} pixels; expected at most ${maxSide} a side.`,
    );
  if (rows * columns > maxArea)
    throw new Error(
      `The DICOM image is ${columns} x ${rows} pixels; expected at most ${maxArea / 1e6} million.`,
    );

  const photometric = photometrics.find((name) => name === text(data, PhotometricInterpretation));
  if (photometric === undefined) {
    const said = shortened(text(data, PhotometricInterpretation)) || "missing";
    throw new Error(
      `The photometric interpretation of the DICOM image is ${said}; expected MONOCHROME1, ` +
        "MONOCHROME2, RGB, YBR_FULL or PALETTE COLOR.",
    );
  }
  const isGrey = photometric.startsWith("MONOCHROME") || photometric === "PALETTE COLOR";
  const samples = uint16(data, SamplesPerPixel) ?? 1;
  if (samples !== (isGrey ? 1 : 3))
    throw new Error(
      `The DICOM image has ${samples} samples per pixel; expected ${isGrey ? 1 : 3} for ` +
        `${photometric}.`,
    );

  const bitsAllocated = required(data, BitsAllocated);
  if (bitsAllocated !== 8 && bitsAllocated !== 16)
    throw new Error(`The DICOM image has ${bitsAllocated} bits allocated; expected 8 or 16.`);
  const bitsStored = uint16(data, BitsStored) ?? bitsAllocated;
  if (bitsStored < 8 || bitsStored > bitsAllocated)
    throw new Error(
      `The DICOM image has ${bitsStored} bits stored; expected 8 to ${bitsAllocated}.`,
    );
  const highBit = uint16(data, HighBit) ?? bitsStored - 1;
  if (highBit < bitsStored - 1 || highBit >= bitsAllocated)
    throw new Error(
      `The high bit of the DICOM image is ${highBit}; expected ${bitsStored - 1} to ` +
        `${bitsAllocated - 1}.`,
    );
  const representation = uint16(data, PixelRepresentation) ?? 0;
  if (representation > 1)
    throw new Error(`The pixel representation is ${representation}; expected 0 or 1.`);
  if (representation === 1 && !photometric.startsWith("MONOCHROME"))
    throw new Error("The DICOM image has colours with a sign; expected unsigned ones.");

  const frames = decimals(data, NumberOfFrames)[0] ?? 1;
  if (!Number.isInteger(frames) || frames < 1)
    throw new Error(`The DICOM image has ${frames} frames; expected a whole number from 1.`);
  const planar = uint16(data, PlanarConfiguration) ?? 0;
  if (planar > 1) throw new Error(`The planar configuration is ${planar}; expected 0 or 1.`);

  return {
    rows,
    columns,
    frames,
    samples: samples as 1 | 3,
    photometric,
    planar: samples === 3 && planar === 1,
    bitsAllocated,
    bitsStored,
    highBit,
    signed: representation === 1,
  };
}
