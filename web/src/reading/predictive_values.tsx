import type { OperatingPoint } from "../models/operating_points";
import { predictiveValues } from "./predictive_value";
import { formatPercent, t } from "../words/strings";

type Props = {
  point: OperatingPoint;
  positive: boolean; // which of the two speaks of this film
  prevalence: number; // [0, 1]
  setPrevalence: (prevalence: number) => void;
};

const least = 0.001;
const most = 0.9;

// The slider moves evenly in log odds, since one in a thousand and one in a hundred differ as much
// as one in ten and one in two.
const logOdds = (part: number) => Math.log(part / (1 - part));
const fromLogOdds = (value: number) => 1 / (1 + Math.exp(-value));

export function PredictiveValues({ point, positive, prevalence, setPrevalence }: Props) {
  const { sensitivity, specificity, positives, cases } = point;
  if (sensitivity === null || specificity === null) return null;
  const values = predictiveValues({ sensitivity, specificity }, prevalence);
  const set = (part: number) => setPrevalence(Math.min(Math.max(part, least), most));
  return (
    <fieldset class="prevalence">
      <legend>{t("prevalenceTitle")}</legend>
      <div class="prevalence-inputs">
        <input
          type="range"
          aria-label={t("prevalenceSlider")}
          aria-valuetext={formatPercent(prevalence)}
          min={logOdds(least)}
          max={logOdds(most)}
          step="any"
          value={logOdds(prevalence)}
          onInput={({ currentTarget }) => set(round(fromLogOdds(currentTarget.valueAsNumber)))}
          onKeyDown={(event) => {
            const step = { ArrowLeft: 1 / 1.1, ArrowDown: 1 / 1.1, ArrowRight: 1.1, ArrowUp: 1.1 }[
              event.key
            ];
            if (step === undefined) return;
            event.preventDefault();
            set(round(prevalence * step));
          }}
        />
        <label class="number">
          <span class="unseen">{t("prevalence")}</span>
          <input
            type="number"
            min={100 * least}
            max={100 * most}
            step={0.1}
            value={Number((100 * prevalence).toPrecision(3))}
            onChange={({ currentTarget: { valueAsNumber } }) => {
              if (valueAsNumber >= 100 * least && valueAsNumber <= 100 * most)
                set(valueAsNumber / 100);
            }}
          />
          <span aria-hidden="true">%</span>
        </label>
      </div>
      <dl class="pairs" aria-live="polite">
        <dt data-speaks={positive}>{t("positivePredictiveValue")}</dt>
        <dd data-speaks={positive} data-value="positive">
          {share(values.positive)}
        </dd>
        <dt data-speaks={!positive}>{t("negativePredictiveValue")}</dt>
        <dd data-speaks={!positive} data-value="negative">
          {share(values.negative)}
        </dd>
      </dl>
      <p class="soft small">
        {t("prevalenceNote")}
        {positives !== null && cases !== null && cases > 0 && (
          <> {t("prevalenceOfCases", { prevalence: formatPercent(positives / cases) })}</>
        )}
      </p>
    </fieldset>
  );
}

function share(part: number): string {
  return Number.isNaN(part) ? t("undefinedShare") : formatPercent(part);
}

// Three digits, as the number beside the slider shows them.
function round(part: number): number {
  return Number(part.toPrecision(3));
}
