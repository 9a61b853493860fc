// A model's operating points, out of the card in its file (wasm/README.md).

import { defaultOperatingPoint } from "../screening/operating_point";
import { type Json, number, object, objects } from "./card_json";

// As wasm/core/model/card.cpp makes it of the two.
const nameOf = ({ name, population }: Json): string =>
  population === "all" ? String(name) : `${String(name)}/${String(population)}`;

// What stands of an operating point beside the default in a list of them.
export const named = (sets: unknown, name: string): Json =>
  objects(sets).find((set) => nameOf(set) === name) ?? {};

// Of those beside the default.
export const namesOf = (card: Json): string[] => objects(card.operating_sets).map(nameOf);

// Of a label: how its threshold was chosen.
export interface Chosen {
  readonly threshold: number | null; // null: there were no films on one side, or too few
  readonly range: readonly [number, number] | null; // where it might lie as well
  readonly positives: number | null; // films with the finding that it was chosen by
  readonly others: number | null; // and without it
  readonly source: number | null; // what an imported network came with, where nobody measured one
}

export function chosenOf(card: Json, operatingPoint: string, label: string): Chosen {
  const points =
    operatingPoint === defaultOperatingPoint
      ? object(card.calibration).operating_points
      : named(card.operating_sets, operatingPoint).points;
  const point = objects(points).find((point) => point.label === label) ?? {};
  const { low, high } = object(point.threshold_95);
  const [positives, cases] = [number(point.positives), number(point.cases)];
  const others = positives === null || cases === null ? null : cases - positives;
  const imported = object(object(card.training).imported);
  return {
    threshold: positives && others ? number(point.threshold) : null,
    range: typeof low === "number" && typeof high === "number" ? [low, high] : null,
    positives,
    others,
    source: cases ? null : number(object(imported.thresholds_of_the_source)[label]),
  };
}

// Nobody measured anything of it on films: not one threshold.
export function isUnmeasured(card: Json): boolean {
  const points = objects(object(card.calibration).operating_points);
  return points.length > 0 && points.every(({ cases }) => cases === 0);
}
