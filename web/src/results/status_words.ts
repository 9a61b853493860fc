// What became of a film, in words.

import type { RefusalType, Screening } from "../screening/thoraxlite";
import { formatScore, type Key, t } from "../words/strings";

export const statusKeys = {
  ok: "statusOk",
  refused: "statusRefused",
  error: "statusError",
} as const satisfies Record<Screening["status"], Key>;

export const refusalKeys = {
  blank: "refusalBlank",
  too_small: "refusalTooSmall",
  underexposed: "refusalUnderexposed",
  overexposed: "refusalOverexposed",
  inverted: "refusalInverted",
  lateral: "refusalLateral",
  not_a_chest_film: "refusalNotAChestFilm",
  colour: "refusalColour",
  child: "refusalChild",
} as const satisfies Record<RefusalType, Key>;

export function spoken(screening: Screening): string {
  const { file, status, refusal, shown_anyway, message } = screening;
  if (status !== "ok" && !shown_anyway) {
    const what = refusal === null ? t(statusKeys[status]) : t(refusalKeys[refusal.type]);
    return t("failedSpoken", { file, status: what, message });
  }
  const findings = screening.findings.map(({ label, score, positive }) =>
    t("findingSpoken", {
      label,
      score: formatScore(score),
      side: t(positive ? "above" : "below"),
    }),
  );
  if (shown_anyway) findings.unshift(t("statusShownAnyway"));
  return t("screenedSpoken", { file, findings: findings.join("; ") });
}
