// Which films a table shows, and in which order. Pure.

import type { Film } from "./films";
import type { Screening } from "../screening/thoraxlite";

export type Status = Screening["status"] | "waiting";

export interface Arrangement {
  readonly sort: "given" | "name" | "status" | { readonly finding: string }; // a label
  readonly descending: boolean;
  readonly text: string; // in the name, whatever the case
  readonly status: Status | null; // null is any
  readonly above: string | null; // label of a finding above its threshold; "" is any of them
}

export const asGiven: Arrangement = {
  sort: "given",
  descending: false,
  text: "",
  status: null,
  above: null,
};

const inNumbersOrder = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const statuses: readonly Status[] = ["ok", "refused", "error", "waiting"];

export function statusOf({ screening }: Film): Status {
  return screening?.status ?? "waiting";
}

// NaN where the film has no score for it.
export function scoreOf({ screening }: Film, label: string): number {
  return screening?.findings.find((finding) => finding.label === label)?.score ?? NaN;
}

export function arrange(films: readonly Film[], arrangement: Arrangement): readonly Film[] {
  const { sort, descending } = arrangement;
  const shown = films.filter((film) => isShown(film, arrangement));
  if (sort === "given") return descending ? shown.reverse() : shown;
  if (sort === "name") {
    shown.sort((a, b) => inNumbersOrder.compare(a.name, b.name));
  } else if (sort === "status") {
    shown.sort((a, b) => statuses.indexOf(statusOf(a)) - statuses.indexOf(statusOf(b)));
  } else {
    return byScore(shown, sort.finding, descending);
  }
  return descending ? shown.reverse() : shown;
}

function isShown(film: Film, { text, status, above }: Arrangement): boolean {
  if (status !== null && statusOf(film) !== status) return false;
  if (text !== "" && !film.name.toLowerCase().includes(text.toLowerCase())) return false;
  if (above === null) return true;
  const findings = film.screening?.findings ?? [];
  return findings.some(({ label, positive }) => positive && (above === "" || label === above));
}

// Films without a score stand last, whichever way the others are sorted.
function byScore(films: Film[], label: string, descending: boolean): Film[] {
  const scored = films.map((film) => ({ film, score: scoreOf(film, label) }));
  const sign = descending ? -1 : 1;
  scored.sort((a, b) => {
    if (Number.isNaN(a.score) || Number.isNaN(b.score))
      return Number(Number.isNaN(a.score)) - Number(Number.isNaN(b.score));
    return sign * (a.score - b.score);
  });
  return scored.map(({ film }) => film);
}
