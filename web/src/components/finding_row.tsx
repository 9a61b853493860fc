import { formatScore, t } from "../strings";
import type { Finding } from "../thoraxlite";

export function FindingRow({ finding }: { finding: Finding }) {
  const { label, score, threshold, positive } = finding;
  return (
    <li class="finding" data-positive={positive}>
      <span class="label">{label}</span>
      <span class="score">{formatScore(score)}</span>
      <span class="meter" style={{ "--score": score, "--threshold": threshold }} aria-hidden="true">
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
    </li>
  );
}
