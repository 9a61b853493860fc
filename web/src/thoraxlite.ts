// The page's JavaScript interface, window.thoraxlite; web/README.md is its manual.

export interface Finding {
  label: string;
  score: number; // [0, 1]
  threshold: number; // [0, 1]
  positive: boolean; // score >= threshold
}

// The object that `cxr-screen --format json` prints, key by key.
export interface Screening {
  file: string;
  status: "ok" | "refused" | "error"; // findings hold only when ok
  message: string; // empty when ok
  findings: Finding[];
  model: { name: string; sha256: string };
  milliseconds: { decode: number; prepare: number; infer: number };
}

export interface OpenedModel {
  model: {
    name: string;
    sha256: string; // of the model file, lower-case hex
    labels: string[]; // in the order of the findings
    card: Record<string, unknown>; // the model card as the file holds it
  };
  engine: string;
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
