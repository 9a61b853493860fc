// What whoever made a model file says of its use, for people (native/export/card_texts.h). A card is
// whatever a file holds: what is no text, or only blanks, was not said.

export interface CardTexts {
  readonly intendedUse: string | null;
  readonly licence: string | null;
  readonly citation: string | null;
}

export function textsOf(card: Readonly<Record<string, unknown>>): CardTexts {
  const text = (key: string) => {
    const value = card[key];
    return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
  };
  return {
    intendedUse: text("intended_use"),
    licence: text("licence"),
    citation: text("citation"),
  };
}
