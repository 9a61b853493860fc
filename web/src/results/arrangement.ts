// Which films a table shows, and in which order. Pure.

import type { Finding, Screening } from "../screening/thoraxlite";
import type { Film } from "./films";
import { isMeasured } from "./standing";

export type Status = Screening["status"] | "waiting";

// A finding of one model: another's by the same name has another threshold.
export interface Column {
  readonly model: string; // its SHA-256
  readonly label: string;
}

// Models whose results are in a list, each with the labels of its findings.
export interface ListedModel {
  readonly sha256: string;
  readonly name: string;
  readonly version: string;
  readonly labels: readonly string[];
}

export interface Arrangement {
  readonly sort: "given" | "name" | "status" | "model" | Column;
  readonly descending: boolean;
  readonly text: string; // in the name, whatever the case
  readonly status: Status | null; // null is any
  readonly above: Column | "any" | "none" | null; // findings above their thresholds; null: whatever
}

export const asGiven: Arrangement = {
  sort: "given",
  descending: false,
  text: "",
  status: null,
  above: null,
};

export function isColumn(sort: Arrangement["sort"] | Arrangement["above"]): sort is Column {
  return typeof sort === "object" && sort !== null;
}

export function sameSort(a: Arrangement["sort"], b: Arrangement["sort"]): boolean {
  return isColumn(a) && isColumn(b) ? a.model === b.model && a.label === b.label : a === b;
}

const inNumbersOrder = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const statuses: readonly Status[] = ["ok", "refused", "error", "waiting"];

// Of what was made of it last; an error that is about to be mended is none.
export function statusOf({ waiting, results }: Film): Status {
  const last = results.at(-1)?.screening.status;
  return last === undefined || (waiting && last === "error") ? "waiting" : last;
}

export function findingOf({ results }: Film, { model, label }: Column): Finding | undefined {
  return results
    .find(({ screening }) => screening.model.sha256 === model)
    ?.screening.findings.find((finding) => finding.label === label);
}

export function modelsOf(films: readonly Film[]): ListedModel[] {
  const models = new Map<string, ListedModel>();
  for (const { results } of films)
    for (const { screening } of results) {
      const { sha256, name, version } = screening.model;
      const known = models.get(sha256);
      if (sha256 === "" || (known !== undefined && known.labels.length > 0)) continue;
      const labels = screening.findings.map(({ label }) => label);
      models.set(sha256, { sha256, name, version, labels });
    }
  return [...models.values()];
}

export function arrange(films: readonly Film[], arrangement: Arrangement): readonly Film[] {
  const { sort, descending } = arrangement;
  const shown = films.filter((film) => isShown(film, arrangement));
  if (isColumn(sort)) return byScore(shown, sort, descending);
  if (sort === "name") {
    shown.sort((a, b) => inNumbersOrder.compare(a.name, b.name));
  } else if (sort === "status") {
    shown.sort((a, b) => statuses.indexOf(statusOf(a)) - statuses.indexOf(statusOf(b)));
  } else if (sort === "model") {
    const model = ({ results }: Film) => results.at(-1)?.screening.model.name ?? "";
    shown.sort((a, b) => inNumbersOrder.compare(model(a), model(b)));
  }
  return descending ? shown.reverse() : shown;
}

function isShown(film: Film, { text, status, above }: Arrangement): boolean {
  const { name, results } = film;
  if (status !== null && statusOf(film) !== status) return false;
  if (text !== "" && !name.toLowerCase().includes(text.toLowerCase())) return false;
  if (above === null) return true;
  if (isColumn(above)) return findingOf(film, above)?.positive === true;
  const findings = results.flatMap(({ screening }) => screening.findings);
  const any = findings.some(({ positive }) => positive);
  return above === "any" ? any : findings.some(isMeasured) && !any;
}

// Films without a score stand last, whichever way the others are sorted.
function byScore(films: Film[], column: Column, descending: boolean): Film[] {
  const scored = films.map((film) => ({ film, score: findingOf(film, column)?.score ?? NaN }));
  const sign = descending ? -1 : 1;
  scored.sort((a, b) => {
    if (Number.isNaN(a.score) || Number.isNaN(b.score))
      return Number(Number.isNaN(a.score)) - Number(Number.isNaN(b.score));
    return sign * (a.score - b.score);
  });
  return scored.map(({ film }) => film);
}
