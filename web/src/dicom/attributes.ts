// Attributes of a data set, read strictly: undefined where missing or empty, a sentence where the
// value is not what PS3.5 6.2 says.

import type { DataSet, Element } from "dicom-parser";

// For sentences: the attribute's keyword and its tag as DICOM writes it.
export interface Attribute {
  readonly tag: string; // as dicom-parser writes it: x00280010
  readonly keyword: string;
}

export const attribute = (tag: string, keyword: string): Attribute => ({ tag, keyword });

export function named({ tag, keyword }: Attribute): string {
  return `${keyword} (${tag.slice(1, 5)},${tag.slice(5)})`;
}

// The element, where it has a value; dicom-parser lets one reach over the end of the file.
export function elementOf(data: DataSet, which: Attribute): Element | undefined {
  const element = data.elements[which.tag];
  if (element === undefined || element.length === 0) return undefined;
  if (element.dataOffset + element.length > data.byteArray.length)
    throw new Error(`The DICOM file is truncated: it ends within ${named(which)}.`);
  return element;
}

export function uint16s(data: DataSet, which: Attribute): number[] {
  const element = elementOf(data, which);
  if (element === undefined) return [];
  if (element.length % 2 !== 0) throw new Error(`${named(which)} has an odd length.`);
  const values: number[] = [];
  for (let i = 0; i < element.length / 2; ++i) values.push(data.uint16(which.tag, i)!);
  return values;
}

export function uint16(data: DataSet, which: Attribute): number | undefined {
  return uint16s(data, which)[0];
}

export function required(data: DataSet, which: Attribute): number {
  const value = uint16(data, which);
  if (value === undefined) throw new Error(`The DICOM file does not say its ${named(which)}.`);
  return value;
}

// The values of a text, without the spaces around them.
export function texts(data: DataSet, which: Attribute): string[] {
  const element = elementOf(data, which);
  if (element === undefined) return [];
  return decodeAscii(bytesOf(data, element))
    .split("\\")
    .map((value) => value.replaceAll("\0", "").trim());
}

export function text(data: DataSet, which: Attribute): string {
  return texts(data, which)[0] ?? "";
}

// Decimal Strings.
export function decimals(data: DataSet, which: Attribute): number[] {
  return texts(data, which)
    .filter((value) => value !== "")
    .map((value) => {
      if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value) || !Number.isFinite(+value))
        throw new Error(`${named(which)} is "${shortened(value)}"; expected a number.`);
      return +value;
    });
}

// The data sets of a sequence's items.
export function items(data: DataSet | undefined, which: Attribute): DataSet[] {
  const found = data?.elements[which.tag]?.items ?? [];
  return found.flatMap(({ dataSet }) => (dataSet === undefined ? [] : [dataSet]));
}

export function bytesOf(data: DataSet, { dataOffset, length }: Element): Uint8Array {
  return data.byteArray.subarray(dataOffset, dataOffset + length);
}

function decodeAscii(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

// What a file says is shown in a sentence, but not all of it, and no control characters.
export function shortened(value: string): string {
  return value.slice(0, 40).replaceAll(/[^\x20-\x7e]/g, "?");
}
