// What a result is worth where the finding is as common as a person says it is. Nothing before that.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { fewest, type Figures } from "../models/figures";
import { formatPercent, t } from "../words/strings";
import { predictiveRange } from "./predictive_value";

type Props = {
  figures: Figures;
  positive: boolean; // which of the two speaks of this film
  prevalence: number | null; // [0, 1]; null: nobody said
  setPrevalence: (prevalence: number | null) => void;
};

const least = 0.001;
const most = 0.9;

// The slider moves evenly in log odds, since one in a thousand and one in a hundred differ as much
// as one in ten and one in two.
const logOdds = (part: number) => Math.log(part / (1 - part));
const fromLogOdds = (value: number) => 1 / (1 + Math.exp(-value));

export function PredictiveValues({ figures, positive, prevalence, setPrevalence }: Props) {
  const { sensitivity, specificity } = figures;
  if (sensitivity === null || specificity === null) return null;
  if (sensitivity.of < fewest || specificity.of < fewest) return null;
  const values = prevalence === null ? null : predictiveRange(sensitivity, specificity, prevalence);
  const set = (part: number) => setPrevalence(clamped(round(part)));
  return (
    <fieldset class="prevalence">
      <legend>{t("prevalenceTitle")}</legend>
      <div class="prevalence-inputs">
        <input
          type="range"
          aria-label={t("prevalenceSlider")}
          aria-valuetext={prevalence === null ? t("notSaid") : formatPercent(prevalence)}
          data-said={prevalence !== null}
          min={logOdds(least)}
          max={logOdds(most)}
          step="any"
          value={logOdds(prevalence ?? 0.03)}
          onInput={({ currentTarget }) => set(fromLogOdds(currentTarget.valueAsNumber))}
          onKeyDown={(event) => {
            const step = { ArrowLeft: 1 / 1.1, ArrowDown: 1 / 1.1, ArrowRight: 1.1, ArrowUp: 1.1 }[
              event.key
            ];
            if (step === undefined) return;
            event.preventDefault();
            set((prevalence ?? 0.03) * step);
          }}
        />
        <PercentBox prevalence={prevalence} setPrevalence={setPrevalence} />
      </div>
      {values === null ? (
        <p class="soft small">{t("sayPrevalence")}</p>
      ) : (
        <>
          <dl class="pairs" aria-live="polite">
            <dt data-speaks={positive}>{t("positivePredictiveValue")}</dt>
            <dd data-speaks={positive} data-value="positive">
              {rangeText(values.positive)}
            </dd>
            <dt data-speaks={!positive}>{t("negativePredictiveValue")}</dt>
            <dd data-speaks={!positive} data-value="negative">
              {rangeText(values.negative)}
            </dd>
          </dl>
          <p class="soft small">{t("prevalenceNote")}</p>
        </>
      )}
    </fieldset>
  );
}

// What is typed beyond the limits is set to the nearer one, in sight; an empty box says nothing.
function PercentBox({ prevalence, setPrevalence }: Pick<Props, "prevalence" | "setPrevalence">) {
  const box = useRef<HTMLInputElement>(null);
  const [was, setWas] = useState<string | null>(null); // what was typed, where it was beyond them
  const shown = prevalence === null ? "" : String(Number((100 * prevalence).toPrecision(3)));
  // The box holds what was typed until it is told otherwise: in the frame that shows its values.
  useLayoutEffect(() => void (box.current!.value = shown), [shown, was]);
  return (
    <>
      <label class="number">
        <span class="unseen">{t("prevalence")}</span>
        <input
          ref={box}
          type="number"
          min={100 * least}
          max={100 * most}
          step={0.1}
          onChange={({ currentTarget }) => {
            const { value, valueAsNumber } = currentTarget;
            const part = clamped(valueAsNumber / 100);
            setWas(value === "" || part === valueAsNumber / 100 ? null : value);
            setPrevalence(value === "" || Number.isNaN(part) ? null : part);
            currentTarget.value = value === "" ? "" : String(Number((100 * part).toPrecision(3)));
          }}
        />
        <span aria-hidden="true">%</span>
      </label>
      {was !== null && (
        <span class="soft small" role="status">
          {t("prevalenceLimits", { least: formatPercent(least), most: formatPercent(most) })}
        </span>
      )}
    </>
  );
}

function rangeText([low, value, high]: readonly [number, number, number]): string {
  if (Number.isNaN(value)) return t("undefinedShare");
  return t("intervalText", {
    value: formatPercent(value),
    low: formatPercent(Number.isNaN(low) ? 0 : low),
    high: formatPercent(Number.isNaN(high) ? 1 : high),
  });
}

function clamped(part: number): number {
  return Math.min(Math.max(part, least), most);
}

// Three digits, as the number beside the slider shows them.
function round(part: number): number {
  return Number(part.toPrecision(3));
}
