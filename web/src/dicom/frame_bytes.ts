// The bytes of one frame of PixelData: PS3.5 8 and A.4.

import parser from "dicom-parser";
import type { DataSet, Element } from "dicom-parser";
import { bytesOf, text, attribute, shortened } from "./attributes";
import { joined } from "./data_set";
import type { ImageFormat } from "./image_format";
import type { TransferSyntax } from "./transfer_syntax";

const pixelData = "x7fe00010";
const Modality = attribute("x00080060", "Modality");

export function frameBytes(
  data: DataSet,
  format: ImageFormat,
  syntax: TransferSyntax,
  frame: number,
): Uint8Array {
  const element = data.elements[pixelData];
  if (element === undefined || element.length === 0) {
    const modality = shortened(text(data, Modality)) || "not said";
    throw new Error(`The DICOM file holds no image (PixelData); its modality is ${modality}.`);
  }
  return syntax.coding === "native"
    ? nativeFrame(data, element, format, frame)
    : encapsulatedFrame(data, element, format, syntax, frame);
}

// A frame of YBR_FULL_422 has one Cb and one Cr for two pixels.
export function nativeFrameSize(format: ImageFormat): number {
  const samples = format.photometric === "YBR_FULL_422" ? 2 : format.samples;
  return (format.rows * format.columns * samples * format.bitsAllocated) / 8;
}

function nativeFrame(data: DataSet, element: Element, format: ImageFormat, frame: number) {
  if (element.fragments !== undefined)
    throw new Error("The DICOM file has compressed pixels, and says that they are not.");
  const size = nativeFrameSize(format);
  const bytes = bytesOf(data, element);
  if (bytes.length < element.length || bytes.length < size * format.frames)
    throw new Error(
      `The DICOM file is truncated: its image has ${bytes.length} bytes; expected ` +
        `${Math.max(size * format.frames, element.length)}.`,
    );
  return bytes.subarray(frame * size, (frame + 1) * size);
}

function encapsulatedFrame(
  data: DataSet,
  element: Element,
  format: ImageFormat,
  syntax: TransferSyntax,
  frame: number,
): Uint8Array {
  const { fragments } = element;
  if (fragments === undefined || fragments.length === 0)
    throw new Error(`The DICOM file has no compressed pixels; expected some, as ${syntax.name}.`);
  const pieces = fragments.map(({ position, length }) => {
    if (position + length > data.byteArray.length)
      throw new Error("The DICOM file is truncated: it ends within its compressed pixels.");
    return data.byteArray.subarray(position, position + length);
  });
  if (format.frames === 1) return joined(pieces);
  if (pieces.length === format.frames) return pieces[frame]!;
  return frameOfSeveralFragments(data, element, format, syntax, frame);
}

function frameOfSeveralFragments(
  data: DataSet,
  element: Element,
  format: ImageFormat,
  syntax: TransferSyntax,
  frame: number,
): Uint8Array {
  // Where the offset table is empty, the fragments tell by the codestreams' end markers. RLE has
  // none, but A.4.2 wants a fragment a frame.
  const offsets =
    element.basicOffsetTable?.length === format.frames
      ? element.basicOffsetTable
      : syntax.coding !== "rle" && element.fragments!.length > format.frames
        ? framesByMarkers(data, element)
        : [];
  if (offsets.length !== format.frames)
    throw new Error(
      `The DICOM file says that it has ${format.frames} frames, but its compressed pixels are ` +
        `${element.fragments!.length} fragments that cannot be told apart.`,
    );
  try {
    return parser.readEncapsulatedImageFrame(data, element, frame, offsets);
  } catch {
    throw new Error("The DICOM file is damaged: its offset table leads to no frame.");
  }
}

function framesByMarkers(data: DataSet, element: Element): number[] {
  try {
    return parser.createJPEGBasicOffsetTable(data, element);
  } catch {
    return [];
  }
}
