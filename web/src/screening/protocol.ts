// What the page and one of its workers say to each other: one request at a time, one reply each.

import type { Packed } from "../packed/packed";
import type { FilmChange } from "../film/change";
import type { ViewedFilm } from "../film/pixels";
import type { OpenedModel, Screening } from "./thoraxlite";

// The builds of the core that the page carries; wasm/README.md lists all.
export type CoreModule =
  "thoraxlite" | "thoraxlite-relaxed" | "thoraxlite-xnnpack" | "thoraxlite-xnnpack-relaxed";

// A build as WebAssembly: packed as the build put it into the page, or compiled by a worker that came
// before.
export type CompiledProgram = { module: CoreModule; compiled: WebAssembly.Module };
export type Program = { module: CoreModule; packed: Packed } | CompiledProgram;

export type ModelSource = Blob | { packed: Packed };

// What a worker is told first, without a reply: the block of the readers of DICOM, for when it needs
// them.
export interface Equipment {
  dicom: Packed;
}

export type Request =
  | { type: "open"; program: Program; model: ModelSource }
  | ({ type: "screen"; name: string } & Reading & How)
  // Needs a build of the core and no model; null: there is none. frame and window choose within a
  // DICOM file, each from 0; window is an index into its windows.
  | {
      type: "pixels";
      program: CompiledProgram | null;
      file: Blob;
      change: FilmChange | null;
      frame?: number;
      window?: number;
    };

// The bytes of the film that is probably the next are read while this one is worked on, and held until
// they are asked for: of one file at a time. "ahead" stands for it.
export interface Reading {
  readonly file: Blob | "ahead";
  readonly next: Blob | "ahead" | null; // to be held after this; "ahead": what is held already
}

export interface How {
  readonly showAnyway: boolean; // a film that is refused too
  readonly change: FilmChange | null; // done to the film first
}

// A screening with what belongs to it and is not JSON.
export interface Screened {
  readonly screening: Screening;
  // A finding's map each, [screening.evidence.height, width]; none without findings.
  readonly evidence: readonly Float32Array[];
  readonly lungField: Uint8Array | null; // 0 or 1, over the square that films are averaged to
}

export type Reply =
  | { type: "opened"; opened: OpenedModel; program: CompiledProgram }
  | { type: "refused"; message: string } // the model file; the one before stays open
  | ({ type: "screened" } & Screened)
  | ({ type: "pixels" } & ViewedFilm)
  | { type: "notDecoded"; message: string; sha256: string } // why there are no pixels; of the file
  | { type: "noModel" } // none was opened, so nothing can be screened
  | { type: "unreadable"; message: string } // the browser could not give the file's bytes
  | { type: "crashed"; message: string } // the worker must not be used again
  | { type: "overdue"; message: string }; // the page's own: the worker was ended after so long
