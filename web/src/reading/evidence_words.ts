// The evidence for a finding in words.

import type { Finding, Peak } from "../screening/thoraxlite";
import type { Grid } from "../viewer/evidence_map";
import { labelText } from "../words/labels";
import { type Key, t } from "../words/strings";

const lungPlaces: Record<"left" | "right", Record<Peak["down"], Key>> = {
  left: { top: "upperRightLung", middle: "middleRightLung", bottom: "lowerRightLung" },
  right: { top: "upperLeftLung", middle: "middleLeftLung", bottom: "lowerLeftLung" },
};

const filmPlaces: Record<Peak["across"], Record<Peak["down"], Key>> = {
  left: { top: "topLeftOfFilm", middle: "leftOfFilm", bottom: "bottomLeftOfFilm" },
  middle: { top: "topOfFilm", middle: "middleOfFilm", bottom: "bottomOfFilm" },
  right: { top: "topRightOfFilm", middle: "rightOfFilm", bottom: "bottomRightOfFilm" },
};

// Where the map is brightest, in words. The core says where that is, if it knows where the lungs are;
// else there are no words for it.
export function inWords({ label, peak }: Finding, { values }: Grid): string {
  if (peak === null)
    return Array.from(values).some((value) => value > 0)
      ? ""
      : t("noEvidence", { label: labelText(label) });
  const { in_lungs, across, down } = peak;
  const place =
    in_lungs && across !== "middle" ? lungPlaces[across][down] : filmPlaces[across][down];
  return t("evidencePeak", { place: t(place) });
}

// How much of it lies in the lungs, as exactly as a coarse map and a lung field that a network found allow.
export function partInLungs(share: number): Key {
  if (share < 0.1) return "hardlyAnyInLungs";
  if (share < 0.4) return "lessInLungs";
  if (share < 0.6) return "halfInLungs";
  return share < 0.9 ? "moreInLungs" : "nearlyAllInLungs";
}
