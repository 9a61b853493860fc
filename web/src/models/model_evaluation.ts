// The evaluation that a model card holds (native/evaluation), as the page shows it. A card is
// whatever a file holds, so nothing in it is taken for granted: what does not fit is left out.

import { isObject, type Json, list, number, object, objects } from "./card_json";

export interface Interval {
  readonly value: number; // [0, 1]
  readonly low: number | null; // of its 95% interval
  readonly high: number | null;
}

export interface Group {
  readonly name: string; // "" is all images
  readonly images: number;
  readonly accuracy: Interval;
}

export interface LabelFigures {
  readonly label: string;
  readonly sensitivity: Interval;
  readonly specificity: Interval;
  readonly areaUnderRoc: Interval;
  readonly averagePrecision: Interval | null; // files from before it had an interval have none
  readonly brierScore: Interval | null;
}

// Films that share what a column of their list says.
export interface Subgroup {
  readonly column: string; // "age", "sex", ...
  readonly value: string; // "18-39"; "unknown" where the list says nothing
  readonly images: number;
  readonly accuracy: Interval | null;
  readonly areaUnderRoc: Interval | null; // mean over the labels that have one
}

// Over what intervals are.
export interface Units {
  readonly patients: number;
  readonly withoutPatient: number; // films, each by itself
}

// Points of a curve in the unit square.
export type Curve = readonly (readonly [number, number])[];

export interface Split {
  readonly name: string; // "test", "val"
  readonly groups: readonly Group[]; // all images, then each source
  readonly over: Units | null; // files from before it was said are by film
  readonly subgroups: readonly Subgroup[]; // one column's after the other's
  readonly labels: readonly LabelFigures[];
  readonly classes: readonly string[];
  readonly confusion: readonly (readonly number[])[]; // [true class][called class]; may be empty
  readonly roc: ReadonlyMap<string, Curve>; // by label: false positive rate, sensitivity
  readonly reliability: ReadonlyMap<string, Curve>; // by label: mean score, part with the finding
}

// The splits in the order in which they tell most: those that training never saw first.
export function splitsOf(card: Json): Split[] {
  return Object.entries(object(card.evaluation))
    .filter(([, split]) => isObject(split))
    .map(([name, split]) => splitOf(name, split as Json))
    .filter(({ groups, labels }) => groups.length > 0 || labels.length > 0)
    .sort((a, b) => Number(b.name === "test") - Number(a.name === "test"));
}

function splitOf(name: string, split: Json): Split {
  const overall = object(split.overall);
  const findings = objects(split.findings);
  const groups = [["", overall] as const, ...Object.entries(object(split.by_source))];
  return {
    name,
    groups: groups.flatMap(([name, group]) => groupOf(name, object(group))),
    over: unitsOf(object(split.intervals_over)),
    subgroups: Object.entries(object(split.subgroups)).flatMap(([column, groups]) =>
      list(groups).flatMap((group) => subgroupOf(column, object(group))),
    ),
    labels: findings.flatMap(labelOf),
    classes: list(overall.classes).map((item) => String(object(item).label)),
    confusion: list(overall.confusion).map((row) => list(row).map((count) => number(count) ?? 0)),
    roc: curves(findings, "roc"),
    reliability: curves(findings, "reliability"),
  };
}

function groupOf(name: string, group: Json): Group[] {
  const accuracy = interval(group, "accuracy");
  const images = number(group.images);
  return accuracy === null || images === null ? [] : [{ name, images, accuracy }];
}

function subgroupOf(column: string, group: Json): Subgroup[] {
  const images = number(group.images);
  // Where labels exclude each other, how many films are called right; else how many labels of films.
  const accuracy = interval(isObject(group.overall) ? group.overall : group, "accuracy");
  const areaUnderRoc = interval(group, "mean_area_under_roc");
  if (images === null || typeof group.value !== "string") return [];
  return [{ column, value: group.value, images, accuracy, areaUnderRoc }];
}

function unitsOf({ patients, images_without_patient }: Json): Units | null {
  const [known, withoutPatient] = [number(patients), number(images_without_patient)];
  return known === null || withoutPatient === null ? null : { patients: known, withoutPatient };
}

function labelOf(finding: Json): LabelFigures[] {
  const sensitivity = interval(finding, "sensitivity");
  const specificity = interval(finding, "specificity");
  const areaUnderRoc = interval(finding, "area_under_roc");
  if (sensitivity === null || specificity === null || areaUnderRoc === null) return [];
  return [
    {
      label: String(finding.label),
      sensitivity,
      specificity,
      areaUnderRoc,
      averagePrecision: finding.average_precision_95
        ? interval(finding, "average_precision")
        : null,
      brierScore: interval(finding, "brier_score"),
    },
  ];
}

export function interval(json: Json, key: string): Interval | null {
  const value = number(json[key]);
  if (value === null || value < 0 || value > 1) return null;
  const [low, high] = list(json[`${key}_95`]).map(number);
  return { value, low: low ?? null, high: high ?? null };
}

function curves(findings: readonly Json[], key: string): ReadonlyMap<string, Curve> {
  return new Map(
    findings.flatMap((finding): [string, Curve][] => {
      const curve = curveOf(finding[key]);
      return curve.length < 2 ? [] : [[String(finding.label), curve]];
    }),
  );
}

export function curveOf(value: unknown): Curve {
  return list(value).flatMap((point): [number, number][] => {
    const [x, y] = list(point).map(number);
    return x == null || y == null ? [] : [[x, y]];
  });
}
