// What one model says of a film: a line a finding, those above their thresholds first.

import type { ComponentChildren } from "preact";
import { useAfter } from "../components/use_after";
import type { Figures } from "../models/figures";
import type { Chosen } from "../models/operating_points";
import { type Order, inOrder, isMeasured, standing } from "../results/standing";
import type { Finding, Screening } from "../screening/thoraxlite";
import { labelText } from "../words/labels";
import { formatCount, formatScore, t } from "../words/strings";
import { FindingDetail, type Prevalence } from "./finding_detail";

type Props = {
  screening: Screening;
  figures: (label: string) => Figures | null;
  how: (label: string) => Chosen; // the threshold was chosen
  chosen: string | null; // the finding whose evidence and detail are shown
  choose: (label: string) => void;
  pinned: boolean;
  pin: (pinned: boolean) => void;
  prevalence: Prevalence;
};

// So many lines are no burden; more are folded where they say little.
const unfolded = 4;

export function Findings(props: Props) {
  const { screening, chosen } = props;
  const { above, near, below, unmeasured, neither }: Order = inOrder(screening.findings);
  const few = above.length + near.length + below.length + unmeasured.length <= unfolded;
  const rows = (findings: readonly Finding[]) =>
    findings.map((finding) => <FindingRow key={finding.label} finding={finding} {...props} />);
  const fold = (findings: readonly Finding[], words: string) =>
    findings.length > 0 &&
    (few ? (
      rows(findings)
    ) : (
      <Fold words={words} open={findings.some(({ label }) => label === chosen)}>
        {rows(findings)}
      </Fold>
    ));
  const count = (findings: readonly Finding[]) => ({
    count: findings.length,
    findings: formatCount(findings.length),
  });
  return (
    <ul class="findings" aria-label={t("findings")}>
      {rows([...above, ...near])}
      {fold(below, t("belowFolded", count(below)))}
      {fold(unmeasured, t("unmeasuredFolded", count(unmeasured)))}
      {rows(neither)}
    </ul>
  );
}

function Fold(props: { words: string; open: boolean; children: ComponentChildren }) {
  return (
    <li class="finding-fold">
      <details open={props.open}>
        <summary>{props.words}</summary>
        <ul>{props.children}</ul>
      </details>
    </li>
  );
}

function FindingRow(props: { finding: Finding } & Props) {
  const { finding, screening, chosen, choose } = props;
  const { label, score, positive, neither } = finding;
  const open = label === chosen;
  const detail = `finding-${screening.model.sha256.slice(0, 8)}-${label}`;
  const detailed = useAfter(open);
  return (
    <li class="finding" data-positive={positive} data-near={finding.near} data-open={open}>
      <button
        type="button"
        class="finding-head"
        aria-expanded={open}
        aria-controls={detailed ? detail : undefined}
        onClick={() => choose(label)}
      >
        <span class="label" data-wide={!isMeasured(finding)}>
          {neither ? t("neither") : labelText(label)}
        </span>
        {isMeasured(finding) && (
          <span class="meter" style={{ "--score": standing(finding) }} aria-hidden="true">
            <span class="track">
              <span class="fill" />
            </span>
            <span class="tick" />
          </span>
        )}
        <span class="score">{formatScore(score)}</span>
        <Side finding={finding} />
      </button>
      {detailed && (
        <div id={detail} class="finding-detail">
          <FindingDetail
            finding={finding}
            figures={props.figures(label)}
            how={props.how(label)}
            prevalence={props.prevalence}
          />
          <label class="check small">
            <input
              type="checkbox"
              checked={props.pinned}
              onChange={({ currentTarget }) => props.pin(currentTarget.checked)}
            />
            {t("pinFinding")}
          </label>
        </div>
      )}
    </li>
  );
}

const shapes = {
  above: "M6 1.5l5 9H1z",
  below: "M6 10.5l-5-9h10z",
  near: "M1 4h10v1.5H1zM1 7h10v1.5H1z",
} as const;

// In words and in a shape; a label that means none of the others has none, and what was never measured
// is on no side.
function Side({ finding: { positive, near, neither, threshold } }: { finding: Finding }) {
  if (neither) return <span class="side" />;
  if (threshold === null)
    return (
      <span class="side soft">
        <span aria-hidden="true">–</span>
        <span class="unseen">{t("notMeasured")}</span>
      </span>
    );
  const side = near ? "near" : positive ? "above" : "below";
  return (
    <span class="side">
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d={shapes[side]} />
      </svg>
      {t(side)}
    </span>
  );
}
