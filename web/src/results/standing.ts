// How scores stand to their thresholds: which findings are read first, and what a film is called by.
// Pure.

import type { Finding, Screening } from "../screening/thoraxlite";

// A finding whose threshold is known.
export type Measured = Finding & { readonly threshold: number };

export function isMeasured(finding: Finding): finding is Measured {
  return finding.threshold !== null && !finding.neither;
}

// Where a score stands on a scale whose middle is the threshold, from 0 (a score of 0) over a half to 1
// (a score of 1): below and above it each in proportion.
export function standing({ score, threshold }: Measured): number {
  if (score < threshold) return (0.5 * score) / threshold;
  return threshold === 1 ? 1 : 0.5 + (0.5 * (score - threshold)) / (1 - threshold);
}

export interface Order {
  readonly above: readonly Measured[]; // each of these the farthest above first
  readonly near: readonly Measured[]; // below, but within the range of the threshold
  readonly below: readonly Measured[];
  readonly unmeasured: readonly Finding[]; // the highest score first
  readonly neither: readonly Finding[]; // no findings
}

export function inOrder(findings: readonly Finding[]): Order {
  const measured = findings.filter(isMeasured).sort((a, b) => standing(b) - standing(a));
  return {
    above: measured.filter(({ positive }) => positive),
    near: measured.filter(({ positive, near }) => near && !positive),
    below: measured.filter(({ positive, near }) => !near && !positive),
    unmeasured: findings
      .filter(({ threshold, neither }) => threshold === null && !neither)
      .sort((a, b) => b.score - a.score),
    neither: findings.filter(({ neither }) => neither),
  };
}

// What a reader looks at first: what is farthest above its threshold, or else nearest to it.
export function foremost({ findings }: Screening): Finding | null {
  const { above, near, below, unmeasured } = inOrder(findings);
  return [...above, ...near, ...below, ...unmeasured][0] ?? null;
}
