// One finding's score in words, and what its threshold was measured to be worth.

import { Fragment } from "preact";
import type { Figures, Share } from "../models/figures";
import type { Chosen } from "../models/operating_points";
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
  how: Chosen; // its threshold was chosen
  prevalence: Prevalence;
};

export function FindingDetail({ finding, figures, how, prevalence }: Props) {
  const { label, neither } = finding;
  if (neither) return <p class="soft">{t("neitherDetail", { label: labelText(label) })}</p>;
  if (!isMeasured(finding)) return <p class="soft">{whyUnmeasured(how)}</p>;
  const { score, threshold, positive, near } = finding;
  return (
    <>
      <p>
        {t(near ? "scoreNear" : positive ? "scoreAbove" : "scoreBelow", {
          score: formatScore(score),
          threshold: formatScore(threshold),
        })}{" "}
        {near &&
          how.range !== null &&
          t("thresholdRange", { low: formatScore(how.range[0]), high: formatScore(how.range[1]) })}
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

// Where there were films of both kinds, they were too few for this operating point.
function whyUnmeasured({ positives, others, source }: Chosen): string {
  const unmeasured = t("unmeasuredDetail");
  if (source !== null)
    return `${unmeasured} ${t("sourceThreshold", { threshold: formatScore(source) })}`;
  if (!positives || !others) return unmeasured;
  const words = { positives: formatCount(positives), others: formatCount(others) };
  return t("tooFewToChoose", words);
}

function Pair({ name, share }: { name: string; share: Share | null }) {
  return (
    <Fragment>
      <dt>{name}</dt>
      <dd>{shareOrWhyNot(share)}</dd>
    </Fragment>
  );
}
