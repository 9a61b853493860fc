// Stored values to grey, as DICOM PS3.3 orders it: modality transformation (C.11.1), VOI
// transformation (C.11.2), then inversion for MONOCHROME1 (C.7.6.3.1.2). A stored value has at most
// 16 bits, so the whole way is one table. native/screen/dicom_grey.cpp holds the same formulas.

export interface Lut {
  readonly firstMapped: number; // the input value of the first entry
  readonly bits: number; // of an entry, 8 to 16
  readonly entries: Uint16Array; // at least one
}

export type Modality =
  | { readonly kind: "none" }
  | { readonly kind: "rescale"; readonly slope: number; readonly intercept: number }
  | { readonly kind: "lut"; readonly lut: Lut };

export type WindowFunction = "LINEAR" | "LINEAR_EXACT" | "SIGMOID";

export type Voi =
  | { readonly kind: "full" } // from the smallest value of the image to its largest
  | {
      readonly kind: "window";
      readonly function: WindowFunction;
      readonly centre: number;
      readonly width: number;
    }
  | { readonly kind: "lut"; readonly lut: Lut };

export interface GreyWay {
  readonly bitsStored: number; // 8 to 16
  readonly signed: boolean;
  readonly modality: Modality;
  readonly voi: Voi;
  readonly padding: { readonly low: number; readonly high: number } | null; // stored values
  readonly inverted: boolean;
}

export const white = 65535;

// Two's complement where signed.
export function storedValue(code: number, way: GreyWay): number {
  const isNegative = way.signed && code >= 2 ** (way.bitsStored - 1);
  return isNegative ? code - 2 ** way.bitsStored : code;
}

export function applyLut(lut: Lut, value: number): number {
  const last = lut.entries.length - 1;
  const index = Math.min(Math.max(Math.floor(value) - lut.firstMapped, 0), last);
  return Math.min(lut.entries[index]!, 2 ** lut.bits - 1);
}

export function applyModality(modality: Modality, stored: number): number {
  if (modality.kind === "rescale") return modality.slope * stored + modality.intercept;
  if (modality.kind === "lut") return applyLut(modality.lut, stored);
  return stored;
}

// 0 to 1: C.11.2.1.2 LINEAR, C.11.2.1.3.2 LINEAR_EXACT, C.11.2.1.3.1 SIGMOID.
export function applyWindow(kind: WindowFunction, centre: number, width: number, value: number) {
  if (kind === "SIGMOID") return 1 / (1 + Math.exp((-4 * (value - centre)) / width));
  const middle = kind === "LINEAR" ? centre - 0.5 : centre;
  const extent = kind === "LINEAR" ? width - 1 : width;
  if (value <= middle - extent / 2) return 0;
  if (value > middle + extent / 2) return 1;
  return (value - middle) / extent + 0.5;
}

// isPresent: [2^bitsStored], 1 where a code occurs in the image; the full range is of those. Gives
// [2^bitsStored], 0 black to 65535 white. Padding becomes black.
export function greyTable(way: GreyWay, isPresent: Uint8Array): Uint16Array {
  const values = new Float64Array(isPresent.length);
  const isPadding = new Uint8Array(isPresent.length);
  let smallest = Infinity;
  let largest = -Infinity;
  for (let code = 0; code < values.length; ++code) {
    const stored = storedValue(code, way);
    values[code] = applyModality(way.modality, stored);
    if (way.padding !== null && stored >= way.padding.low && stored <= way.padding.high)
      isPadding[code] = 1;
    else if (isPresent[code] === 1) {
      smallest = Math.min(smallest, values[code]!);
      largest = Math.max(largest, values[code]!);
    }
  }

  const { voi } = way;
  const grey = (value: number): number => {
    if (voi.kind === "window") return applyWindow(voi.function, voi.centre, voi.width, value);
    if (voi.kind === "lut") return applyLut(voi.lut, value) / (2 ** voi.lut.bits - 1);
    if (!(largest > smallest)) return 0;
    return Math.min(Math.max((value - smallest) / (largest - smallest), 0), 1);
  };
  const table = new Uint16Array(isPresent.length);
  for (let code = 0; code < table.length; ++code) {
    if (isPadding[code] === 1) continue;
    const shown = grey(values[code]!);
    table[code] = Math.floor((way.inverted ? 1 - shown : shown) * white + 0.5);
  }
  return table;
}
