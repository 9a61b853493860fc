// The models that are released with the page (build/model_cards.ts), with their model cards as text.

import { type CardBlock, type Cards, kCards, type ReleasedModel } from "./card_blocks";
import { hasPacked, packed } from "../packed/packed";
import { unpack } from "../packed/unpack";

export const releasedModels: readonly ReleasedModel[] = Array.from(
  document.querySelectorAll("script.released-model"),
  ({ textContent }) => JSON.parse(textContent!) as ReleasedModel,
);

// Those whose weights are in the page; the others come as files.
export const builtInModels = releasedModels.filter(({ file }) => hasPacked(file));

export async function wholeCard({ file }: ReleasedModel): Promise<readonly CardBlock[]> {
  const cards = JSON.parse(new TextDecoder().decode(await unpack(packed(kCards)))) as Cards;
  return cards[file]!;
}
