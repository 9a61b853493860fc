// What a model is called beside its results. Never without its digest: names are anybody's.

import type { Screening } from "../screening/thoraxlite";
import type { ListedModel } from "./arrangement";

type Named = Screening["model"];

const digits = 8; // of the SHA-256: as many as a person compares

export const shortDigest = (sha256: string): string => sha256.slice(0, digits);

// Empty where no model was open.
export function modelText({ name, version, sha256 }: Named): string {
  return sha256 === "" ? "" : [name, version, shortDigest(sha256)].filter(Boolean).join(" ");
}

// The name alone where that tells it from the others.
export function badgeOf(models: readonly ListedModel[], sha256: string): string {
  const model = models.find((model) => model.sha256 === sha256);
  if (model === undefined) return shortDigest(sha256);
  const namesakes = models.filter(({ name }) => name === model.name);
  return namesakes.length > 1 ? `${model.name} ${shortDigest(sha256)}` : model.name;
}
