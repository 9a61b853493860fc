// The models that the build put into the page (build/model_cards.ts), with their model cards as text.
// The single file holds fewer than the site.

import type { BuiltInModel, CardBlock, CardText } from "./card_blocks";

export const builtInModels: readonly BuiltInModel[] = Array.from(
  document.querySelectorAll("script.built-in-model"),
  ({ textContent }) => JSON.parse(textContent!) as BuiltInModel,
);

// The blocks under the first heading that holds `words`, without it.
export function section(card: readonly CardBlock[], words: string): readonly CardBlock[] {
  const start = card.findIndex(
    (block) => block.type === "heading" && plainText(block.text).toLowerCase().includes(words),
  );
  if (start < 0) return [];
  const rest = card.slice(start + 1);
  const depth = (card[start] as { depth: number }).depth;
  const end = rest.findIndex((block) => block.type === "heading" && block.depth <= depth);
  return end < 0 ? rest : rest.slice(0, end);
}

function plainText(texts: readonly CardText[]): string {
  return texts
    .map((text) => (typeof text === "string" ? text : "strong" in text ? text.strong : text.code))
    .join("");
}
