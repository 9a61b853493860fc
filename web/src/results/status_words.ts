// What became of a film, in words.

import type { FilmChange } from "../film/change";
import type { RefusalType, Screening } from "../screening/thoraxlite";
import { labelText } from "../words/labels";
import { messageText } from "../words/messages";
import { formatNovelty, formatScore, type Key, t } from "../words/strings";
import { inOrder, isMeasured } from "./standing";

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
  not_a_chest_film: "refusalUnlike",
  no_lungs: "refusalNoLungs",
  colour: "refusalColour",
  child: "refusalChild",
  body_part: "refusalBodyPart",
  modality: "refusalModality",
} as const satisfies Record<RefusalType, Key>;

export const changeKeys = {
  inverted: "changeInverted",
  turned_90: "changeTurned90",
  turned_180: "changeTurned180",
  turned_270: "changeTurned270",
} as const satisfies Record<FilmChange, Key>;

// The line by which a film is known in a list.
export function headline(screening: Screening): string {
  const { status, refusal, change, message } = screening;
  if (status === "error") return `${t("statusError")} · ${messageText(message)}`;
  const marks = [
    ...(screening.findings.length === 0 && refusal !== null ? [t(refusalKeys[refusal.type])] : []),
    ...(screening.shown_anyway ? [t("statusShownAnyway")] : []),
    ...(change === null ? [] : [t(changeKeys[change])]),
    ...(screening.findings.length === 0 ? [] : [found(screening)]),
  ];
  return marks.join(" · ");
}

// What stands above its threshold, or that nothing does, or that there is none to stand above; a label
// that means none of the others never.
export function found(screening: Screening): string {
  if (!screening.findings.some(isMeasured)) return t("noThreshold");
  const { above, near } = inOrder(screening.findings);
  const [first] = above;
  const besides = near.map(({ label, score }) =>
    t("nearInList", { label: labelText(label), score: formatScore(score) }),
  );
  const most =
    first === undefined
      ? t("nothingAbove")
      : `▲ ${labelText(first.label)} ${formatScore(first.score)}` +
        (first.near ? ` ${t("nearInBrackets")}` : "") +
        (above.length > 1 ? ` +${above.length - 1}` : "");
  return [most, ...besides].join("; ");
}

// Why there are no scores, in the reader's language where the kind of reason is known.
export function reason({ refusal, novelty, message }: Screening): string {
  if (refusal?.type === "not_a_chest_film" && novelty !== null)
    return t("reasonUnlike", formatNovelty(novelty.distance, novelty.threshold));
  return messageText(message);
}

export function spoken(screening: Screening): string {
  const { file, status, shown_anyway } = screening;
  if (status !== "ok" && !shown_anyway) {
    const { refusal } = screening;
    const what = refusal === null ? t(statusKeys[status]) : t(refusalKeys[refusal.type]);
    return t("failedSpoken", { file, status: what, message: reason(screening) });
  }
  const { above, near, below } = inOrder(screening.findings);
  const sides = { above, near, below } as const;
  const findings = Object.entries(sides).flatMap(([side, findings]) =>
    findings.map(({ label, score }) =>
      t("findingSpoken", {
        label: labelText(label),
        score: formatScore(score),
        side: t(side as keyof typeof sides),
      }),
    ),
  );
  if (findings.length === 0) findings.push(t("noThreshold"));
  if (shown_anyway) findings.unshift(t("statusShownAnyway"));
  return t("screenedSpoken", { file, findings: findings.join("; ") });
}
