// The page's JavaScript interface, window.thoraxlite; web/README.md is its manual.

import type { FilmChange } from "../film/change";

// What one operating point makes of a score.
export interface Judgement {
  threshold: number | null; // [0, 1]; null: never measured, so neither above nor below
  positive: boolean; // score >= threshold; of a finding only
  near: boolean; // within the range in which the threshold might lie as well
  evidence_unusual: boolean; // less of it inside the lungs than on nearly all of the model's test films
}

// Judged by the screening's operating_point.
export interface Finding extends Judgement {
  label: string;
  score: number; // [0, 1]
  neither: boolean; // no finding: the label means none of the others
  evidence_inside_lungs: number | null; // share of the positive evidence, [0, 1]; null: no map, nothing positive, or no lung field
  peak: Peak | null; // where its evidence is brightest; null where there is no share either
  judgements?: Judgement[]; // by each of the screening's operating_points, where there are several
}

// A place of the film as it lies: its left is the patient's right.
export interface Peak {
  x: number; // [0, 1] across the film
  y: number; // and down it
  in_lungs: boolean;
  across: "left" | "middle" | "right"; // of the lung fields where it lies in them, else of the film
  down: "top" | "middle" | "bottom";
}

export type RefusalType =
  | "blank"
  | "too_small"
  | "underexposed"
  | "overexposed"
  | "inverted"
  | "lateral"
  | "not_a_chest_film"
  | "no_lungs"
  | "colour"
  | "child"
  | "body_part"
  | "modality";

// What was odd in a film's file (wasm/core/film_facts.h).
export type FilmNote =
  | "turned_upright"
  | "window_unusable"
  | "decimal_comma"
  | "table_scaled"
  | "colours_reread"
  | "frames_missing"
  | "bytes_skipped"
  | "transfer_syntax_wrong";

// The object that `cxr-screen --format json` prints, key by key: what one model made of one film. It
// never changes once it is there.
export interface Screening {
  file: string;
  film: FilmIdentity;
  time: string; // when it was scored, ISO 8601 in UTC
  status: "ok" | "refused" | "error"; // findings hold only when ok, or when shown_anyway
  message: string; // empty when ok
  // passes_as: the change with which it would not be refused.
  refusal: { type: RefusalType; passes_as: FilmChange | null } | null;
  shown_anyway: boolean; // refused, and scored because that was asked for
  change: FilmChange | null;
  operating_point: string; // by which the findings are judged; empty: by none
  operating_points: string[]; // that the model has, the default first; none where it has no measured threshold
  findings: Finding[];
  novelty: { distance: number; threshold: number } | null; // null: the model has no statistics
  // Size of a finding's evidence map, and the largest value of all of them: their one scale.
  evidence: { width: number; height: number; most: number } | null;
  image: { width: number; height: number; max_value: number } | null; // once it could be read
  notes: FilmNote[];
  model: { name: string; version: string; sha256: string };
  version: string; // of the program that screened: "0.1.0 (c53e8087b2b1)"
  milliseconds: { decode: number; prepare: number; infer: number; evidence: number };
}

// Which film, whatever its file is called.
export interface FilmIdentity {
  sha256: string; // of the file, lower-case hex; empty where it could not be read
  frame: number; // of several in a file, from 0
  study_uid: string; // DICOM's, empty where there is none
  sop_uid: string;
}

export interface OpenedModel {
  model: {
    name: string;
    version: string; // empty where the card has none
    sha256: string; // of the model file, lower-case hex
    labels: string[]; // in the order of the findings
    card: Record<string, unknown>; // the model card as the file holds it
  };
  engine: string; // simd or xnnpack
  module: string; // the build of the core that it runs in
}

export type ImageSource = Blob | ArrayBuffer | Uint8Array<ArrayBuffer>;

export interface Thoraxlite {
  // Resolves when the built-in model is open; rejects with the reason where it cannot be opened.
  readonly ready: Promise<OpenedModel>;

  // Screens one image file and shows it in the page's list, as if it had been dropped. Never
  // rejects: what goes wrong becomes a Screening whose status and message say so. The name defaults
  // to the File's.
  screen(source: ImageSource, name?: string): Promise<Screening>;

  // Replaces the model by another file of wasm/README.md's format. Rejects with the reason if it is
  // refused; the model that was open then stays open.
  openModel(source: ImageSource): Promise<OpenedModel>;
}

declare global {
  interface Window {
    thoraxlite: Thoraxlite;
  }
}
