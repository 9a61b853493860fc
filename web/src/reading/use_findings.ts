// Which finding of a film is looked at more closely, of which model, and its evidence.

import { useMemo, useState } from "preact/hooks";
import type { Film, Result } from "../results/films";
import { foremost, inOrder } from "../results/standing";
import type { Finding } from "../screening/thoraxlite";
import type { Grid } from "../viewer/evidence_map";

export interface ChosenFinding {
  readonly result: Result | null; // whose maps and lungs lie over the film
  readonly finding: Finding | null;
  readonly evidence: { readonly grid: Grid; readonly most: number } | null;
  readonly pinned: boolean; // the same finding stays open on the next film
  choose(result: Result, label: string): void; // the chosen one again: none
  chooseNext(): void;
  pin(pinned: boolean): void;
}

interface Opened {
  readonly film: number;
  readonly model: string;
  readonly label: string; // empty: none, by the person's wish
}

export function useFindings(film: Film, newest: string | null): ChosenFinding {
  const [opened, setOpened] = useState<Opened | null>(null);
  const [pinned, setPinned] = useState<string | null>(null); // a label
  const scored = film.results.filter(({ screening }) => screening.findings.length > 0);
  const of = (model: string | null) =>
    scored.find(({ screening }) => screening.model.sha256 === model);
  const own = opened?.film === film.id ? opened : null;
  const result = (own && of(own.model)) ?? of(newest) ?? scored.at(-1) ?? null;
  const find = (label: string | null) =>
    result?.screening.findings.find((finding) => finding.label === label) ?? null;
  // Another film's finding says nothing of what is foremost on this one.
  const finding =
    own !== null ? find(own.label) : (find(pinned) ?? (result && foremost(result.screening)));

  const index = finding === null ? -1 : (result?.screening.findings.indexOf(finding) ?? -1);
  const size = result?.screening.evidence ?? null;
  const values = result?.evidence[index];
  const evidence = useMemo(
    () =>
      size === null || values === undefined ? null : { grid: { ...size, values }, most: size.most },
    [size, values],
  );

  const open = (result: Result, label: string) => {
    setOpened({ film: film.id, model: result.screening.model.sha256, label });
    if (pinned !== null) setPinned(label === "" ? null : label);
  };
  return {
    result,
    finding,
    evidence,
    pinned: pinned !== null && pinned === finding?.label,
    choose: (wanted, label) =>
      open(wanted, wanted === result && label === finding?.label ? "" : label),
    chooseNext: () => {
      const all = scored.flatMap((result) =>
        Object.values(inOrder(result.screening.findings))
          .flat()
          .map(({ label }) => ({ result, label })),
      );
      const at = all.findIndex((one) => one.result === result && one.label === finding?.label);
      const next = all[(at + 1) % all.length];
      if (next !== undefined) open(next.result, next.label);
    },
    pin: (pinned) => setPinned(pinned ? (finding?.label ?? null) : null),
  };
}
