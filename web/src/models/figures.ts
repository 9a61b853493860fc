// What a model was measured to be worth on its test films, out of the card in its file. A card is
// whatever a file holds: what is not there, or not a number that it can be, is null.

import { count, isObject, type Json, object, objects } from "./card_json";
import { hasLungNetwork } from "./card_lungs";
import { defaultOperatingPoint } from "../screening/operating_point";
import type { Interval } from "./model_evaluation";
import { named } from "./operating_points";

// A share with the counts behind it.
export interface Share extends Interval {
  readonly count: number;
  readonly of: number;
}

export interface Figures {
  readonly films: number;
  readonly adults: boolean; // of adults' films alone
  readonly sensitivity: Share | null; // null: no film had the finding
  readonly specificity: Share | null; // null: every film had it
}

// For whom a model was measured: its test films.
export interface Population {
  readonly films: number;
  readonly children: number;
  readonly adults: number;
  readonly unknown: number; // films whose age nobody said
}

// Below so many films a share says nothing that one could go by.
export const fewest = 10;

// A file from before ages were written names its sources. This one is known to be of children (Kermany
// et al. 2018: one to five years).
const sourcesOfChildren = ["kermany"];

const testOf = (card: Json): Json => object(object(card.evaluation).test);

// The default's figures are the split's own.
const atPoint = (test: Json, operatingPoint: string): Json =>
  operatingPoint === defaultOperatingPoint ? test : named(test.operating_sets, operatingPoint);

// Null where the file has no figures of test films for the label at this operating point. Those of
// adults, where it has them, are used unless the film is known to be a child's.
export function figuresOf(
  card: Json,
  operatingPoint: string,
  label: string,
  ofChild: boolean,
): Figures | null {
  const test = atPoint(testOf(card), operatingPoint);
  const find = (findings: unknown) => objects(findings).find((finding) => finding.label === label);
  const ofAdults = ofChild ? undefined : find(object(test.adults).findings);
  const finding = ofAdults ?? find(test.findings);
  if (finding === undefined) return null;
  const [truePositives, falseNegatives, falsePositives, trueNegatives] = [
    "true_positives",
    "false_negatives",
    "false_positives",
    "true_negatives",
  ].map((key) => count(finding[key])) as [number, number, number, number];
  const [positives, negatives] = [truePositives + falseNegatives, falsePositives + trueNegatives];
  return {
    films: positives + negatives,
    adults: ofAdults !== undefined,
    sensitivity: share(finding, "sensitivity", truePositives, positives),
    specificity: share(finding, "specificity", trueNegatives, negatives),
  };
}

function share(finding: Json, key: string, of: number, all: number): Share | null {
  if (all === 0) return null;
  const interval = finding[`${key}_95`];
  const [low, high] = (Array.isArray(interval) ? interval : []).map((end) =>
    typeof end === "number" && end >= 0 && end <= 1 ? end : null,
  );
  return { value: of / all, low: low ?? null, high: high ?? null, count: of, of: all };
}

// Null where the file does not say.
export function populationOf(card: Json): Population | null {
  const test = testOf(card);
  if (isObject(test.ages)) {
    const [children, adults, unknown] = ["children", "adults", "unknown"].map((key) =>
      count(object(test.ages)[key]),
    ) as [number, number, number];
    return { films: children + adults + unknown, children, adults, unknown };
  }
  const sources = Object.entries(object(test.by_source));
  const films = (named: (name: string) => boolean) =>
    sources
      .filter(([name]) => named(name))
      .reduce((sum, [, source]) => sum + count(object(source).images), 0);
  const children = films((name) => sourcesOfChildren.includes(name));
  const unknown = films((name) => !sourcesOfChildren.includes(name));
  return children + unknown === 0
    ? null
    : { films: children + unknown, children, adults: 0, unknown };
}

// Where the evidence for positive test films lay.
export interface EvidenceInside {
  readonly films: number;
  readonly mostlyInside: number;
}

// evidence: as `cxr-distill evaluate` and export write it; of all findings together.
export function evidenceInside(evidence: unknown, neither: string | null): EvidenceInside | null {
  const rows = objects(evidence).filter(({ label }) => label !== neither);
  const films = rows.reduce((sum, { positive }) => sum + count(positive), 0);
  const mostlyInside = rows.reduce((sum, { mostly_inside: inside }) => sum + count(inside), 0);
  return films === 0 ? null : { films, mostlyInside };
}

// Of a model that has a lung network: older files measured by a shape that was fitted to the film.
export const evidenceOf = (card: Json): unknown =>
  hasLungNetwork(card) ? testOf(card).evidence_inside_lungs : null;

export function neitherOf(card: Json): string | null {
  return typeof card.neither === "string" ? card.neither : null;
}
