// The models that are released with the page (build/model_cards.ts), with their model cards as text.

import { type CardBlock, type Cards, kCards, type ReleasedModel } from "./card_blocks";
import { hasPacked, packed } from "../packed/packed";
import { unpack } from "../packed/unpack";
import { language, t } from "../words/strings";

export const releasedModels: readonly ReleasedModel[] = Array.from(
  document.querySelectorAll("script.released-model"),
  ({ textContent }) => JSON.parse(textContent!) as ReleasedModel,
);

// Those whose weights are in the page; the others come as files.
export const builtInModels = releasedModels.filter(({ file }) => hasPacked(file));

export const releasedBy = (sha256: string): ReleasedModel | undefined =>
  releasedModels.find((model) => model.sha256 === sha256);

// The first of what its card says that it is not for; of a model without such a card, what is true of
// all.
export function notForOf(sha256: string): string {
  const first = releasedBy(sha256)?.notFor[language()].flatMap((block) =>
    block.type === "list" ? (block.items[0] ?? []) : [block],
  )[0];
  if (first?.type !== "paragraph") return t("notForPatients");
  return first.text
    .map((text) => (typeof text === "string" ? text : "strong" in text ? text.strong : text.code))
    .join("");
}

export async function wholeCard({ file }: ReleasedModel): Promise<readonly CardBlock[]> {
  const cards = JSON.parse(new TextDecoder().decode(await unpack(packed(kCards)))) as Cards;
  return cards[file]!;
}
