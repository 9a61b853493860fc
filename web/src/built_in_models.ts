// The models that are released with the page (build/model_cards.ts), with their model cards as text.

import type { CardBlock, CardText, ReleasedModel } from "./card_blocks";
import { hasPacked } from "./packed";

export const releasedModels: readonly ReleasedModel[] = Array.from(
  document.querySelectorAll("script.released-model"),
  ({ textContent }) => JSON.parse(textContent!) as ReleasedModel,
);

// Those whose weights are in the page; the others come as files.
export const builtInModels = releasedModels.filter(({ file }) => hasPacked(file));

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
