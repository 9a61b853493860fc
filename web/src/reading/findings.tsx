import type { Finding, Screening } from "../screening/thoraxlite";
import type { OperatingPoint } from "../models/operating_points";
import { formatCount, formatPercent, formatScore, t } from "../words/strings";
import { PredictiveValues } from "./predictive_values";
import { useAfter } from "../components/use_after";

type Props = {
  screening: Screening;
  points: readonly OperatingPoint[];
  chosen: string | null; // the finding whose evidence and detail are shown
  choose: (label: string) => void;
  prevalence: (point: OperatingPoint) => number;
  setPrevalence: (label: string, prevalence: number) => void;
};

export function Findings({ screening, points, chosen, choose, ...prevalence }: Props) {
  return (
    <ul class="findings" aria-label={t("findings")}>
      {screening.findings.map((finding, i) => (
        <FindingRow
          key={finding.label}
          finding={finding}
          point={points[i]!}
          open={finding.label === chosen}
          choose={() => choose(finding.label)}
          {...prevalence}
        />
      ))}
    </ul>
  );
}

function FindingRow(props: {
  finding: Finding;
  point: OperatingPoint;
  open: boolean;
  choose: () => void;
  prevalence: Props["prevalence"];
  setPrevalence: Props["setPrevalence"];
}) {
  const { finding, point, open, choose, prevalence, setPrevalence } = props;
  const { label, score, threshold, positive } = finding;
  const detail = `finding-${label}`;
  const detailed = useAfter(open);
  return (
    <li class="finding" data-positive={positive} data-open={open}>
      <button
        type="button"
        class="finding-head"
        aria-expanded={open}
        aria-controls={detailed ? detail : undefined}
        onClick={choose}
      >
        <span class="label">{label}</span>
        <span class="score">{formatScore(score)}</span>
        <span
          class="meter"
          style={{ "--score": score, "--threshold": threshold }}
          aria-hidden="true"
        >
          <span class="track">
            <span class="fill" />
          </span>
          <span class="tick" />
        </span>
        <span class="side">
          <svg viewBox="0 0 12 12" aria-hidden="true">
            <path d={positive ? "M6 1.5l5 9H1z" : "M6 10.5l-5-9h10z"} />
          </svg>
          {t(positive ? "aboveThreshold" : "belowThreshold", { threshold: formatScore(threshold) })}
        </span>
      </button>
      {detailed && (
        <div id={detail} class="finding-detail">
          <ThresholdHistory point={point} threshold={threshold} />
          <PredictiveValues
            point={point}
            positive={positive}
            prevalence={prevalence(point)}
            setPrevalence={(value) => setPrevalence(label, value)}
          />
        </div>
      )}
    </li>
  );
}

function ThresholdHistory({ point, threshold }: { point: OperatingPoint; threshold: number }) {
  const { sensitivity, specificity, positives, cases } = point;
  if (sensitivity === null || specificity === null) return <p class="soft">{t("noHistory")}</p>;
  return (
    <dl class="pairs">
      <dt>{t("threshold")}</dt>
      <dd>{formatScore(threshold)}</dd>
      <dt>{t("sensitivity")}</dt>
      <dd>{formatPercent(sensitivity)}</dd>
      <dt>{t("specificity")}</dt>
      <dd>{formatPercent(specificity)}</dd>
      {positives !== null && cases !== null && (
        <>
          <dt>{t("fittedOn")}</dt>
          <dd>
            {t("fittedOnCases", { cases: formatCount(cases), positives: formatCount(positives) })}
          </dd>
        </>
      )}
    </dl>
  );
}
