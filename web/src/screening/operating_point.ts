// By which thresholds scores are judged. The core judges each score by every operating point that its
// model has; here one of those judgements is taken. Pure.

import type { Screening } from "./thoraxlite";

// Of every model that has any; of one without further sets the only one.
export const defaultOperatingPoint = "youden";

// The screening as the wanted operating point judges it, or as the default where its model has no such
// one. The scores stay.
export function judgedBy(screening: Screening, wanted: string): Screening {
  const { operating_points: names, findings } = screening;
  const index = Math.max(names.indexOf(wanted), 0);
  const name = names[index] ?? screening.operating_point;
  if (name === screening.operating_point) return screening;
  const judged = findings.map((finding) => ({ ...finding, ...finding.judgements?.[index] }));
  return { ...screening, operating_point: name, findings: judged };
}
