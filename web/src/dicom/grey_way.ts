// What a data set says about the way from its stored values to grey.

import type { DataSet } from "dicom-parser";
import {
  attribute,
  bytesOf,
  elementOf,
  decimals,
  items,
  named,
  shortened,
  text,
  texts,
  uint16,
  uint16s,
  type Attribute,
} from "./attributes";
import { applyModality, type Lut, type Modality, type Voi } from "./grey_table";
import type { ImageFormat } from "./image_format";

// One of those that a film can be seen by. function is a WindowFunction, or "LUT", for which centre
// and width are 0.
export interface NamedWindow {
  readonly name: string;
  readonly centre: number;
  readonly width: number;
  readonly function: string;
}

const ModalityLUTSequence = attribute("x00283000", "ModalityLUTSequence");
const VOILUTSequence = attribute("x00283010", "VOILUTSequence");
const LUTDescriptor = attribute("x00283002", "LUTDescriptor");
const LUTExplanation = attribute("x00283003", "LUTExplanation");
const LUTData = attribute("x00283006", "LUTData");
const RescaleSlope = attribute("x00281053", "RescaleSlope");
const RescaleIntercept = attribute("x00281052", "RescaleIntercept");
const WindowCenter = attribute("x00281050", "WindowCenter");
const WindowWidth = attribute("x00281051", "WindowWidth");
const WindowCenterWidthExplanation = attribute("x00281055", "WindowCenterWidthExplanation");
const VOILUTFunction = attribute("x00281056", "VOILUTFunction");
const PixelPaddingValue = attribute("x00280120", "PixelPaddingValue");
const PixelPaddingRangeLimit = attribute("x00280121", "PixelPaddingRangeLimit");
const PresentationLUTShape = attribute("x20500020", "PresentationLUTShape");
const SharedFunctionalGroups = attribute("x52009229", "SharedFunctionalGroupsSequence");
const PerFrameFunctionalGroups = attribute("x52009230", "PerFrameFunctionalGroupsSequence");
const PixelValueTransformation = attribute("x00289145", "PixelValueTransformationSequence");
const FrameVOILUT = attribute("x00289132", "FrameVOILUTSequence");

// Enhanced multi-frame images say it by frame, or for all frames (PS3.3 C.7.6.16); others in the data
// set itself.
function placeOf(data: DataSet, macro: Attribute, frame: number): DataSet {
  const byFrame = items(items(data, PerFrameFunctionalGroups)[frame], macro)[0];
  return byFrame ?? items(items(data, SharedFunctionalGroups)[0], macro)[0] ?? data;
}

export function modalityOf(data: DataSet, format: ImageFormat, frame: number): Modality {
  const sequence = items(data, ModalityLUTSequence)[0];
  if (sequence !== undefined) return { kind: "lut", lut: lut(sequence, format.signed) };
  const place = placeOf(data, PixelValueTransformation, frame);
  const slope = decimals(place, RescaleSlope)[0] ?? 1;
  const intercept = decimals(place, RescaleIntercept)[0] ?? 0;
  if (slope === 0) throw new Error(`${named(RescaleSlope)} is 0; expected another number.`);
  return slope === 1 && intercept === 0 ? { kind: "none" } : { kind: "rescale", slope, intercept };
}

// The VOI LUTs first, then the windows: a maker who gives a table means it more exactly.
export function voisOf(
  data: DataSet,
  format: ImageFormat,
  modality: Modality,
  frame: number,
): { voi: Voi; window: NamedWindow }[] {
  const place = placeOf(data, FrameVOILUT, frame);
  const smallestStored = format.signed ? -(2 ** (format.bitsStored - 1)) : 0;
  const largestStored = smallestStored + 2 ** format.bitsStored - 1;
  // C.11.2.1.1: the first input value has a sign where modality values can have one.
  const isSigned = [smallestStored, largestStored].some(
    (stored) => applyModality(modality, stored) < 0,
  );
  const tables = items(place, VOILUTSequence).map((item) => ({
    voi: { kind: "lut", lut: lut(item, isSigned) } as const,
    window: { name: text(item, LUTExplanation), centre: 0, width: 0, function: "LUT" },
  }));

  const centres = decimals(place, WindowCenter);
  const widths = decimals(place, WindowWidth);
  if (centres.length !== widths.length)
    throw new Error(
      `${named(WindowCenter)} has ${centres.length} values and ${named(WindowWidth)} ` +
        `${widths.length}; expected as many.`,
    );
  const names = texts(place, WindowCenterWidthExplanation);
  const kind = text(place, VOILUTFunction) || "LINEAR";
  if (kind !== "LINEAR" && kind !== "LINEAR_EXACT" && kind !== "SIGMOID")
    throw new Error(
      `${named(VOILUTFunction)} is "${shortened(kind)}"; expected LINEAR, LINEAR_EXACT or SIGMOID.`,
    );
  const windows = centres.map((centre, i) => {
    const width = widths[i]!;
    if (kind === "LINEAR" ? width < 1 : width <= 0)
      throw new Error(
        `${named(WindowWidth)} is ${width}; expected ` +
          (kind === "LINEAR" ? "at least 1." : "more than 0."),
      );
    return {
      voi: { kind: "window", function: kind, centre, width } as const,
      window: { name: names[i] ?? "", centre, width, function: kind },
    };
  });
  return [...tables, ...windows];
}

// C.7.5.1.1.2: one value, or all from it to the range limit.
export function paddingOf(data: DataSet, format: ImageFormat) {
  const read = (which: Attribute) => {
    const value = uint16(data, which);
    return value !== undefined && format.signed && value >= 32768 ? value - 65536 : value;
  };
  const value = read(PixelPaddingValue);
  if (value === undefined) return null;
  const limit = read(PixelPaddingRangeLimit) ?? value;
  return { low: Math.min(value, limit), high: Math.max(value, limit) };
}

// PS3.3 C.8.11.3 has INVERSE as another word for MONOCHROME1: whoever says both means it once.
export function isInverted(data: DataSet, format: ImageFormat): boolean {
  return format.photometric === "MONOCHROME1" || text(data, PresentationLUTShape) === "INVERSE";
}

// C.11.1.1 and C.11.2.1.1.
function lut(item: DataSet, isSigned: boolean): Lut {
  const [count, first, bits] = uint16s(item, LUTDescriptor);
  if (bits === undefined)
    throw new Error(`${named(LUTDescriptor)} is missing or too short; expected three numbers.`);
  if (bits < 8 || bits > 16)
    throw new Error(`${named(LUTDescriptor)} says ${bits} bits an entry; expected 8 to 16.`);
  const size = count === 0 ? 65536 : count!;
  const element = elementOf(item, LUTData);
  const words = element === undefined ? [] : uint16s(item, LUTData);
  // Entries of 8 bits may lie two in a word, the first in its less significant byte.
  const isPacked = bits === 8 && words.length < size && 2 * words.length >= size;
  if (!isPacked && words.length < size)
    throw new Error(
      `${named(LUTData)} has ${element === undefined ? 0 : bytesOf(item, element).length} bytes; ` +
        `expected ${2 * size}, for ${size} entries.`,
    );
  const entries = new Uint16Array(size);
  for (let i = 0; i < size; ++i)
    entries[i] = isPacked ? (words[i >> 1]! >> (8 * (i & 1))) & 255 : words[i]!;
  return { firstMapped: isSigned && first! >= 32768 ? first! - 65536 : first!, bits, entries };
}
