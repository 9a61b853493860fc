// A model card that was written in Markdown, as build/model_cards.ts reads it.

export type CardText = string | { strong: string } | { code: string };

export type CardBlock =
  | { type: "heading"; depth: number; text: CardText[] }
  | { type: "paragraph"; text: CardText[] }
  | { type: "list"; items: CardBlock[][] }
  | { type: "table"; header: CardText[][]; rows: CardText[][][] }
  | { type: "code"; code: string };

// What a model refused of images that it was not made with (weights/*-novelty.json).
export interface Refusals {
  readonly films: { readonly images: number; readonly refused: number }; // real ones, to be scored
  readonly others: { readonly images: number; readonly refused: number };
  readonly areaUnderRoc: number; // of the distance alone, without the plain rules
  readonly roc: readonly (readonly [number, number])[]; // films refused, others refused; [0, 1]
}

export interface ReleasedModel {
  readonly file: string; // its name, and that of its block where the page holds it (packed/packed.ts)
  readonly sha256: string;
  // Of its card, which is packed, in each language; empty where it has none.
  readonly notFor: Readonly<Record<"en" | "de", readonly CardBlock[]>>;
  readonly refusals: Refusals | null; // null where they were not counted
  readonly evidence: unknown; // evidence_inside_lungs of weights/*.json; null without a lung network, or not measured
}

// The packed block that holds every model's whole card, by its file's name.
export const kCards = "cards";
export type Cards = Record<string, readonly CardBlock[]>;
