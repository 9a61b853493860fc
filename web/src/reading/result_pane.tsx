// What one model says of the film that is looked at: by whom, for whom it was measured, and its findings.

import { CopyButton } from "../components/copy_button";
import { useAfter } from "../components/use_after";
import { exportOne } from "../export/export";
import { evidenceInside, evidenceOf, figuresOf, neitherOf, populationOf } from "../models/figures";
import { notForOf, releasedBy } from "../models/built_in_models";
import { chosenOf, isUnmeasured } from "../models/operating_points";
import type { Film, Result } from "../results/films";
import { modelText } from "../results/model_names";
import { defaultOperatingPoint } from "../screening/operating_point";
import { changeKeys, found, reason } from "../results/status_words";
import type { Session } from "../session/session";
import { labelText, notLookedFor } from "../words/labels";
import { formatCount, formatDate, formatList, t } from "../words/strings";
import type { Prevalence } from "./finding_detail";
import { Findings } from "./findings";
import { OperatingPoint } from "./operating_point";
import { Refusal } from "./refusal";
import type { ChosenFinding } from "./use_findings";

type Props = {
  session: Session;
  film: Film;
  result: Result;
  findings: ChosenFinding;
  ofChild: boolean; // the film's file says so
  prevalence: Prevalence;
};

export function ResultPane({ session, film, result, findings, ofChild, prevalence }: Props) {
  const { screening } = result;
  const { status, model, time, change, operating_point: point } = screening;
  const card = session.cardOf(screening);
  const scored = screening.findings.length > 0;
  const drawn = useAfter(scored);
  const own = findings.result === result;
  const canChange = film.file !== null && !film.waiting;
  return (
    <section
      class="result"
      aria-label={modelText(model)}
      data-status={status}
      data-model={model.sha256}
    >
      {scored && <h3 class="headline">{found(screening)}</h3>}
      <p class="soft small by-model">
        {t("scoredBy", {
          model: modelText(model),
          time: time === "" ? t("timeUnknown") : formatDate(new Date(time)),
        })}
      </p>
      {change !== null && <p class="warning">{t("scoredAs", { change: t(changeKeys[change]) })}</p>}
      {status === "error" && <p class="message">{reason(screening)}</p>}
      {status === "refused" && (
        <Refusal
          screening={screening}
          showAnyway={
            screening.image === null || !canChange ? null : () => session.showAnyway(film.id)
          }
          scoreChanged={canChange ? (change) => session.scoreChanged(film.id, change) : null}
        />
      )}
      {drawn && (
        <>
          <Population card={card} />
          <OperatingPoint session={session} screening={screening} />
          <Findings
            screening={screening}
            figures={(label) => figuresOf(card, point, label, ofChild)}
            how={(label) => chosenOf(card, point, label)}
            chosen={own ? (findings.finding?.label ?? null) : null}
            choose={(label) => findings.choose(result, label)}
            pinned={findings.pinned}
            pin={findings.pin}
            prevalence={prevalence}
          />
          <Limits
            card={card}
            labels={screening.findings.map(({ label }) => label)}
            sha256={model.sha256}
            byDefault={point === defaultOperatingPoint}
          />
        </>
      )}
      <CopyButton text={exportOne(screening)} />
    </section>
  );
}

type Card = Record<string, unknown>;

// Beside the headline: of whom the figures are.
function Population({ card }: { card: Card }) {
  const population = populationOf(card);
  if (population === null)
    return isUnmeasured(card) ? (
      <p class="warning small">{t("measuredOnNothing")}</p>
    ) : (
      <p class="soft small">{t("populationUnknown")}</p>
    );
  const { children, adults, unknown } = population;
  const parts = [
    children > 0 && t("ofChildren", { count: children, films: formatCount(children) }),
    adults > 0 && t("ofAdults", { count: adults, films: formatCount(adults) }),
    unknown > 0 && t("ofUnknownAge", { count: unknown, films: formatCount(unknown) }),
  ].filter((part) => part !== false);
  return <p class="small population">{t("measuredOn", { films: parts.join(", ") })}</p>;
}

// What it does not look for, what it is not for, and where its evidence mostly lies: once, of the model.
function Limits(props: {
  card: Card;
  labels: readonly string[];
  sha256: string;
  byDefault: boolean; // judged by the operating point at which evidence was counted
}) {
  const { card, labels, sha256, byDefault } = props;
  const neither = neitherOf(card);
  const findings = labels.filter((label) => label !== neither);
  const others = notLookedFor(labels);
  const evidence = evidenceInside(evidenceOf(card) ?? releasedBy(sha256)?.evidence, neither);
  return (
    <div class="limits small">
      <p>
        {t(others.length === 0 ? "looksFor" : "looksOnlyFor", {
          count: findings.length,
          findings:
            findings.length > 4
              ? formatCount(findings.length)
              : formatList(findings.map(labelText)),
          others: formatList(others),
        })}
        {card.graph !== undefined && card.novelty === undefined && ` ${t("refusesNothingElse")}`}
      </p>
      <p class="not-for-line">{notForOf(sha256)}</p>
      {evidence !== null && (
        <p>
          {t("evidenceOfModel", {
            outside: formatCount(evidence.films - evidence.mostlyInside),
            films: formatCount(evidence.films),
          })}{" "}
          {!byDefault && t("evidenceByDefault", { point: t("pointYouden") })}
        </p>
      )}
    </div>
  );
}
