// One finding's score in words, and what its threshold was measured to be worth.

import { Fragment } from "preact";
import type { Figures, Share } from "../models/figures";
import { shareOrWhyNot } from "../models/share_text";
import { isMeasured } from "../results/standing";
import type { Finding } from "../screening/thoraxlite";
import { labelText } from "../words/labels";
import { formatCount, formatScore, t } from "../words/strings";
import { PredictiveValues } from "./predictive_values";

export interface Prevalence {
  of: (label: string) => number | null; // [0, 1]; null: nobody said
  set: (label: string, prevalence: number | null) => void;
}

type Props = {
  finding: Finding;
  figures: Figures | null; // null: its file says nothing of test films
  range: readonly [number, number] | null; // of the threshold
  prevalence: Prevalence;
};

export function FindingDetail({ finding, figures, range, prevalence }: Props) {
  const { label, neither } = finding;
  if (neither) return <p class="soft">{t("neitherDetail", { label: labelText(label) })}</p>;
  if (!isMeasured(finding)) return <p class="soft">{t("unmeasuredDetail")}</p>;
  const { score, threshold, positive, near } = finding;
  return (
    <>
      <p>
        {t(near ? "scoreNear" : positive ? "scoreAbove" : "scoreBelow", {
          score: formatScore(score),
          threshold: formatScore(threshold),
        })}{" "}
        {near &&
          range !== null &&
          t("thresholdRange", { low: formatScore(range[0]), high: formatScore(range[1]) })}
      </p>
      {figures === null ? (
        <p class="soft">{t("noTestFigures")}</p>
      ) : (
        <>
          <p class="soft small">
            {t(figures.adults ? "testFilmsOfAdults" : "testFilms", {
              count: figures.films,
              films: formatCount(figures.films),
            })}
          </p>
          <dl class="pairs">
            <Pair name={t("sensitivity")} share={figures.sensitivity} />
            <Pair name={t("specificity")} share={figures.specificity} />
          </dl>
          <PredictiveValues
            figures={figures}
            positive={positive}
            prevalence={prevalence.of(label)}
            setPrevalence={(value) => prevalence.set(label, value)}
          />
        </>
      )}
    </>
  );
}

function Pair({ name, share }: { name: string; share: Share | null }) {
  return (
    <Fragment>
      <dt>{name}</dt>
      <dd>{shareOrWhyNot(share)}</dd>
    </Fragment>
  );
}
