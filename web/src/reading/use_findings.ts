// Which finding of a film is looked at more closely, and its evidence.

import { useMemo, useState } from "preact/hooks";
import type { Film } from "../results/films";
import { type OperatingPoint, operatingPoint } from "../models/operating_points";
import type { Session } from "../session/session";
import type { Finding } from "../screening/thoraxlite";
import { type Grid, type Place, mainPlace, mostEvidence } from "../viewer/evidence_map";
import { type LungField, extent } from "../viewer/lung_field";

export interface ChosenFinding {
  readonly chosen: Finding | null;
  readonly points: readonly OperatingPoint[]; // one a finding
  readonly evidence: { readonly grid: Grid; readonly most: number } | null; // of the chosen one
  readonly place: Place | null;
  choose(label: string): void; // the chosen one again: none
  chooseNext(): void;
}

const wholeFilm = { left: 0, right: 1, top: 0, bottom: 1 };

export function useFindings(
  session: Session,
  film: Film,
  lungField: LungField | null,
): ChosenFinding {
  const [label, setLabel] = useState<string | null>(null); // "" is none, by the person's wish
  const findings = film.screening?.findings ?? [];
  const index = label === null ? foremost(findings) : findings.findIndex((f) => f.label === label);
  const chosen = findings[index] ?? null;

  const size = film.screening?.evidence ?? null;
  const values = film.evidence[index];
  const evidence = useMemo(
    () =>
      size === null || values === undefined
        ? null
        : { grid: { ...size, values }, most: mostEvidence(film.evidence) },
    [size, values],
  );
  const place = useMemo(
    () =>
      evidence === null
        ? null
        : mainPlace(evidence.grid, lungField === null ? wholeFilm : extent(lungField)),
    [evidence, lungField],
  );
  const card = film.screening === null ? {} : session.cardOf(film.screening);
  const points = findings.map(({ label }) => operatingPoint(card, label));
  return {
    chosen,
    points,
    evidence,
    place,
    choose: (wanted) => setLabel(wanted === chosen?.label ? "" : wanted),
    chooseNext: () => setLabel(findings[(index + 1) % findings.length]?.label ?? null),
  };
}

// What a reader looks at first: of the findings above their thresholds the one with the highest
// score, or of all, if none is above.
function foremost(findings: readonly Finding[]): number {
  const above = findings.filter(({ positive }) => positive);
  const candidates = above.length > 0 ? above : findings;
  const highest = candidates.reduce<Finding | null>(
    (best, finding) => (best === null || finding.score > best.score ? finding : best),
    null,
  );
  return highest === null ? -1 : findings.indexOf(highest);
}
