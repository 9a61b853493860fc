// A DICOM file to a film: the whole way, one function after the other.

import { greyOfColour, greyOfPalette } from "./colour";
import { parseFile } from "./data_set";
import type { Samples, WasmBinaries } from "./decoders";
import type { DicomChoice, DicomFilm, StepKey } from "./film";
import { frameSamples } from "./frame_samples";
import { greyTable, white, type GreyWay } from "./grey_table";
import { isInverted, modalityOf, paddingOf, voisOf } from "./grey_way";
import { imageFormat, type ImageFormat } from "./image_format";
import { ageYears, patientOf, uidsOf, viewPosition } from "./patient";
import { transferSyntax } from "./transfer_syntax";

// Throws an Error whose message is one sentence for a person, and nothing else.
export async function readFilm(
  file: Uint8Array,
  choice: DicomChoice,
  binaries: WasmBinaries,
): Promise<DicomFilm> {
  const { data, transferSyntaxUid } = await parseFile(file);
  const syntax = transferSyntax(transferSyntaxUid);
  const format = imageFormat(data);
  const frame = choice.frame ?? 0;
  if (!Number.isInteger(frame) || frame < 0 || frame >= format.frames)
    throw new Error(`There is no frame ${frame + 1}; the DICOM file has ${format.frames}.`);

  const isGrey = format.photometric.startsWith("MONOCHROME");
  const modality = isGrey ? modalityOf(data, format, frame) : ({ kind: "none" } as const);
  const vois = isGrey ? voisOf(data, format, modality, frame) : [];
  const window = choice.window ?? (vois.length > 0 ? 0 : -1);
  if (window !== -1 && vois[window] === undefined)
    throw new Error(`There is no window ${window + 1}; the DICOM file has ${vois.length}.`);

  const samples = await frameSamples(data, format, syntax, frame, binaries);
  const about = {
    width: format.columns,
    height: format.rows,
    maxValue: white,
    frames: format.frames,
    frame,
    windows: vois.map(({ window }) => window),
    window,
    ageYears: ageYears(data),
    viewPosition: viewPosition(data),
    transferSyntax: { uid: syntax.uid, name: syntax.name },
    patient: patientOf(data),
    ...uidsOf(data),
  };
  if (format.photometric === "PALETTE COLOR")
    return { ...about, ...greyOfPalette(data, samples, format), steps: ["dicomPalette"] };
  if (!isGrey) return { ...about, ...greyOfColour(samples, format), steps: ["dicomColour"] };

  const way: GreyWay = {
    bitsStored: format.bitsStored,
    signed: format.signed,
    modality,
    voi: vois[window]?.voi ?? { kind: "full" },
    padding: paddingOf(data, format),
    inverted: isInverted(data, format),
  };
  return {
    ...about,
    pixels: greyPixels(samples, format, way),
    colourfulness: 0,
    steps: steps(way),
  };
}

function greyPixels(samples: Samples, format: ImageFormat, way: GreyWay): Uint16Array {
  const { data } = samples;
  const mask = 2 ** format.bitsStored - 1;
  const shift = format.highBit + 1 - format.bitsStored;
  const isPresent = new Uint8Array(mask + 1);
  for (let i = 0; i < data.length; ++i) isPresent[(data[i]! >> shift) & mask] = 1;
  const table = greyTable(way, isPresent);
  const pixels = new Uint16Array(format.rows * format.columns);
  for (let i = 0; i < pixels.length; ++i) pixels[i] = table[(data[i]! >> shift) & mask]!;
  return pixels;
}

function steps(way: GreyWay): StepKey[] {
  const done: StepKey[] = [];
  if (way.modality.kind === "lut") done.push("dicomModalityLut");
  if (way.modality.kind === "rescale") done.push("dicomRescale");
  if (way.padding !== null) done.push("dicomPadding");
  if (way.voi.kind === "full") done.push("dicomFullRange");
  if (way.voi.kind === "lut") done.push("dicomVoiLut");
  if (way.voi.kind === "window")
    done.push(
      (
        {
          LINEAR: "dicomWindowLinear",
          LINEAR_EXACT: "dicomWindowLinearExact",
          SIGMOID: "dicomWindowSigmoid",
        } as const
      )[way.voi.function],
    );
  if (way.inverted) done.push("dicomInverted");
  return done;
}
