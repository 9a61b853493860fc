// Plots of the model card. Each says in words or in a table beside it what it shows.

import type { Curve, Interval } from "./model_evaluation";
import { formatPercent, t } from "../words/strings";

// A figure and its 95% interval on a line from 0 to 1.
export function IntervalBar({ value, low, high }: Interval) {
  return (
    <svg class="interval" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <path class="axis" d="M0 5H100M50 3V7" />
      {low !== null && high !== null && <path class="range" d={`M${100 * low} 5H${100 * high}`} />}
      <path class="value" d={`M${100 * value} 1V9`} />
    </svg>
  );
}

// format: of a share, unless it is said otherwise: an area under a curve is no share of anything.
export function intervalText({ value, low, high }: Interval, format = formatPercent): string {
  if (low === null || high === null) return format(value);
  return t("intervalText", { value: format(value), low: format(low), high: format(high) });
}

type CurveProps = {
  name: string; // what it is of
  words: string; // the same for those who cannot see it
  across: string;
  up: string;
  curve: Curve;
  marks?: Curve;
};

export function CurveChart({ name, words, across, up, curve, marks = [] }: CurveProps) {
  const at = ([x, y]: readonly [number, number]) => `${100 * x} ${100 - 100 * y}`;
  return (
    <figure class="curve">
      <svg viewBox="-4 -4 108 108" role="img" aria-label={words}>
        <path class="axis" d="M0 0V100H100" />
        <path class="chance" d="M0 100L100 0" />
        <path class="line" d={`M${curve.map(at).join("L")}`} />
        {marks.map(([x, y], i) => (
          <circle key={i} cx={100 * x} cy={100 - 100 * y} r="2.5" />
        ))}
      </svg>
      <figcaption>
        <strong>{name}</strong>
        <span class="soft small">{t("axes", { across, up })}</span>
      </figcaption>
    </figure>
  );
}
