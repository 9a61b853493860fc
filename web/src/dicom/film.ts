// What reading a DICOM file gives.

import type { DicomInfo, FilmFacts, FilmPixels } from "../film/pixels";

// What was done to the pixels, in order: keys of the page's words.
export type StepKey =
  | "dicomModalityLut"
  | "dicomRescale"
  | "dicomVoiLut"
  | "dicomWindowLinear"
  | "dicomWindowLinearExact"
  | "dicomWindowSigmoid"
  | "dicomFullRange"
  | "dicomPadding"
  | "dicomInverted"
  | "dicomPalette"
  | "dicomColour"
  | "turnedUpright";

// frame: from 0, default 0. window: an index into windows, or -1 for the image's full range; default
// the first window, or the full range where there is none. Grey images only.
export interface DicomChoice {
  readonly frame?: number;
  readonly window?: number;
}

// Pixels have 16 bits, maxValue is 65535; upright.
export interface DicomFilm extends FilmPixels, DicomInfo, FilmFacts {
  readonly steps: readonly StepKey[];
}
