// A model card that was written in Markdown, as build/model_cards.ts reads it.

export type CardText = string | { strong: string } | { code: string };

export type CardBlock =
  | { type: "heading"; depth: number; text: CardText[] }
  | { type: "paragraph"; text: CardText[] }
  | { type: "list"; items: CardBlock[][] }
  | { type: "table"; header: CardText[][]; rows: CardText[][][] }
  | { type: "code"; code: string };

export interface BuiltInModel {
  readonly file: string;
  readonly sha256: string;
  readonly packed: string; // for unpackModel of inlined.ts
  readonly card: readonly CardBlock[]; // empty where it has none
}
