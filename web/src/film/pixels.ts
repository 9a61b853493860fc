// One film, decoded: what the viewer shows and the core screens.

import type { Level } from "./pyramid";

export interface FilmPixels {
  readonly width: number;
  readonly height: number;
  readonly maxValue: number; // the largest value that the format allows, 255 to 65535
  readonly pixels: Uint16Array; // [height, width], 0 is black
}

// What a DICOM file says beside its pixels. `patient` is shown only when asked for, and never kept.
export interface DicomInfo {
  readonly frames: number;
  readonly frame: number; // the one that was read, from 0
  readonly windows: readonly { name: string; centre: number; width: number; function: string }[];
  readonly window: number; // index into windows of the one that was applied; -1: none
  readonly ageYears: number; // NaN where it does not say
  readonly viewPosition: string; // DICOM's, "" where it does not say
  readonly studyUid: string; // "" where the file does not say
  readonly sopUid: string;
  readonly transferSyntax: { readonly uid: string; readonly name: string };
  readonly patient: { name: string; id: string; birthDate: string; institution: string };
}

// What its file says of a film, as the core's reader judges it (wasm/core/film_facts.h).
export interface FilmFacts {
  readonly colourfulness: number; // mean over pixels of (max(R,G,B) - min(R,G,B)) / white
  readonly ageYears: number; // NaN where it does not say
  readonly isLateral: boolean;
  readonly bodyPart: string; // where it is not the chest; else ""
  readonly modality: string; // where it gives no radiographs; else ""
  readonly notes: number; // a bit for each of FilmNote
}

// A film as the viewer shows it: what was done to its pixels on the way, in order, as keys of
// words/english.ts.
export interface ViewedFilm {
  readonly film: FilmPixels;
  readonly levels: readonly Level[]; // the film, and halves of it (pyramid.ts)
  readonly steps: readonly string[];
  readonly dicom: DicomInfo | null;
}
