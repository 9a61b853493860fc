// Secondary captures in colour: to grey, and how colourful they are.

import type { DataSet } from "dicom-parser";
import { attribute, bytesOf, elementOf, named, uint16s, type Attribute } from "./attributes";
import type { Samples } from "./decoders";
import { white } from "./grey_table";
import type { ImageFormat } from "./image_format";

export interface GreyOfColour {
  readonly pixels: Uint16Array; // 0 black to 65535 white
  readonly colourfulness: number; // mean over pixels of (max(R,G,B) - min(R,G,B)) / white
}

// Luma as in YBR_FULL (PS3.3 C.7.6.3.1.2), in whole numbers.
const luma = (red: number, green: number, blue: number) =>
  Math.floor((299 * red + 587 * green + 114 * blue + 500) / 1000);

export function greyOfColour(samples: Samples, format: ImageFormat): GreyOfColour {
  const pixels = new Uint16Array(format.rows * format.columns);
  const { data } = samples;
  const largest = 2 ** format.bitsStored - 1;
  const shift = format.highBit + 1 - format.bitsStored;
  const sample = (at: number) => (data[at]! >> shift) & largest;
  const step = samples.planar ? 1 : 3;
  const toNext = samples.planar ? pixels.length : 1;
  const isYbr = format.photometric.startsWith("YBR_") && !samples.isRgb;
  const isHalved = format.photometric === "YBR_FULL_422" && data.length === 2 * pixels.length;
  const middle = 2 ** (format.bitsStored - 1);

  let spread = 0;
  for (let i = 0; i < pixels.length; ++i) {
    // Y1 Y2 Cb Cr: two pixels share their colour.
    const pair = 4 * (i >> 1);
    const first = isHalved ? sample(pair + (i & 1)) : sample(i * step);
    const second = isHalved ? sample(pair + 2) : sample(i * step + toNext);
    const third = isHalved ? sample(pair + 3) : sample(i * step + 2 * toNext);
    let grey: number;
    if (isYbr) {
      grey = first;
      const red = 1.402 * (third - middle);
      const green = -0.344136 * (second - middle) - 0.714136 * (third - middle);
      const blue = 1.772 * (second - middle);
      spread += clamped(first + Math.max(red, green, blue), largest);
      spread -= clamped(first + Math.min(red, green, blue), largest);
    } else {
      grey = luma(first, second, third);
      spread += Math.max(first, second, third) - Math.min(first, second, third);
    }
    pixels[i] = Math.floor((grey * white) / largest + 0.5);
  }
  return { pixels, colourfulness: spread / largest / pixels.length };
}

const clamped = (value: number, largest: number) => Math.min(Math.max(value, 0), largest);

const colours = ["Red", "Green", "Blue"] as const;
const descriptors = colours.map((colour, i) =>
  attribute(`x0028110${i + 1}`, `${colour}PaletteColorLookupTableDescriptor`),
);
const tables = colours.map((colour, i) =>
  attribute(`x0028120${i + 1}`, `${colour}PaletteColorLookupTableData`),
);

// PALETTE COLOR (C.7.9).
export function greyOfPalette(data: DataSet, samples: Samples, format: ImageFormat): GreyOfColour {
  const [red, green, blue] = tables.map((table, i) => palette(data, descriptors[i]!, table));
  const pixels = new Uint16Array(format.rows * format.columns);
  const mask = 2 ** format.bitsStored - 1;
  const shift = format.highBit + 1 - format.bitsStored;
  let spread = 0;
  for (let i = 0; i < pixels.length; ++i) {
    const code = (samples.data[i]! >> shift) & mask;
    const [r, g, b] = [red!(code), green!(code), blue!(code)];
    pixels[i] = luma(r, g, b);
    spread += Math.max(r, g, b) - Math.min(r, g, b);
  }
  return { pixels, colourfulness: spread / white / pixels.length };
}

// A code to 0 .. 65535.
function palette(data: DataSet, descriptor: Attribute, table: Attribute) {
  const [count, first, bits] = uint16s(data, descriptor);
  const element = elementOf(data, table);
  if (bits === undefined || element === undefined)
    throw new Error(`The DICOM image has colours by palette, but no ${named(table)}.`);
  const size = count === 0 ? 65536 : count!;
  const bytes = bytesOf(data, element);
  const isOfWords = bits === 16 && bytes.length >= 2 * size;
  if ((bits !== 8 && bits !== 16) || bytes.length < size || (bits === 16 && !isOfWords))
    throw new Error(
      `${named(table)} has ${bytes.length} bytes for ${size} entries of ${bits} bits.`,
    );
  const words = isOfWords ? uint16s(data, table) : [];
  return (code: number) => {
    const index = Math.min(Math.max(code - first!, 0), size - 1);
    return isOfWords ? words[index]! : bytes[index]! * 257;
  };
}
