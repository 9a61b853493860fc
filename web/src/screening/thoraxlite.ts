// The page's JavaScript interface, window.thoraxlite; web/README.md is its manual.

export interface Finding {
  label: string;
  score: number; // [0, 1]
  threshold: number; // [0, 1]
  positive: boolean; // score >= threshold
  evidence_inside_lungs: number | null; // share of the positive evidence, [0, 1]
}

export type RefusalType =
  | "blank"
  | "too_small"
  | "underexposed"
  | "overexposed"
  | "inverted"
  | "lateral"
  | "not_a_chest_film"
  | "colour"
  | "child";

// The object that `cxr-screen --format json` prints, key by key.
export interface Screening {
  file: string;
  status: "ok" | "refused" | "error"; // findings hold only when ok, or when shown_anyway
  message: string; // empty when ok
  refusal: { type: RefusalType } | null;
  shown_anyway: boolean; // refused, and scored because that was asked for
  findings: Finding[];
  novelty: { distance: number; threshold: number } | null; // null: the model has no statistics
  evidence: { width: number; height: number } | null; // size of a finding's evidence map
  image: { width: number; height: number; max_value: number } | null; // once it could be read
  model: { name: string; sha256: string };
  version: string; // of the program that screened: "0.1.0 (c53e8087b2b1)"
  milliseconds: { decode: number; prepare: number; infer: number; evidence: number };
}

export interface OpenedModel {
  model: {
    name: string;
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
