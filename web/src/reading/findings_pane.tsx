import { useState } from "preact/hooks";
import { exportOne } from "../export/export";
import type { Film } from "../results/films";
import type { OperatingPoint } from "../models/operating_points";
import type { Session } from "../session/session";
import { formatMilliseconds, t } from "../words/strings";
import type { Screening } from "../screening/thoraxlite";
import { CopyButton } from "../components/copy_button";
import type { EvidenceSettings } from "../viewer/film_toolbar";
import { EvidencePanel } from "./evidence_panel";
import { Findings } from "./findings";
import { Refusal } from "./refusal";
import { useAfter } from "../components/use_after";
import type { ChosenFinding } from "./use_findings";

type Props = {
  session: Session;
  film: Film;
  findings: ChosenFinding;
  settings: EvidenceSettings;
  change: (settings: EvidenceSettings) => void;
  hasLungField: boolean;
  openReport: () => void;
};

export function FindingsPane({
  session,
  film,
  findings,
  settings,
  change,
  hasLungField,
  openReport,
}: Props) {
  const { screening } = film;
  // By label, and kept from film to film: it is the clinic's, not the film's.
  const [prevalences, setPrevalences] = useState<ReadonlyMap<string, number>>(new Map());
  const prevalence = ({ label, positives, cases }: OperatingPoint) =>
    prevalences.get(label) ?? (positives !== null && cases ? positives / cases : 0.1);
  const { chosen, points, evidence, place, choose } = findings;
  const screened = useAfter(screening !== null);
  const found = useAfter(screened);

  return (
    <section class="findings-pane" aria-labelledby="findings" data-status={screening?.status}>
      <h2 id="findings" class="unseen">
        {t("findings")}
      </h2>
      {screening === null && <p class="soft">{t("waitingDetail")}</p>}
      {screening?.status === "error" && <p class="message">{screening.message}</p>}
      {screening?.status === "refused" && (
        <Refusal
          screening={screening}
          showAnyway={screening.image === null ? null : () => void session.showAnyway(film.id)}
        />
      )}
      {screened && screening !== null && screening.findings.length > 0 && (
        <Findings
          screening={screening}
          points={points}
          chosen={chosen?.label ?? null}
          choose={choose}
          prevalence={prevalence}
          setPrevalence={(label, value) => setPrevalences(new Map(prevalences).set(label, value))}
        />
      )}
      {found && chosen !== null && evidence !== null && (
        <EvidencePanel
          label={chosen.label}
          place={place}
          insideLungs={chosen.evidence_inside_lungs}
          most={evidence.most}
          hasLungField={hasLungField}
          settings={settings}
          change={change}
        />
      )}
      {found && screening !== null && (
        <Details screening={screening} session={session} openReport={openReport} />
      )}
    </section>
  );
}

function Details(props: { screening: Screening; session: Session; openReport: () => void }) {
  const { screening, session, openReport } = props;
  const { readyAfter, firstResultAfter } = session;
  const { decode, prepare, infer } = screening.milliseconds;
  const { name, sha256 } = screening.model;
  return (
    <footer class="details small">
      <p class="soft">
        {screening.findings.length > 0 && (
          <span>
            {t("times", {
              decode: formatMilliseconds(decode),
              prepare: formatMilliseconds(prepare),
              infer: formatMilliseconds(infer),
            })}
          </span>
        )}
        {name !== "" && (
          <span>
            {t("model")} {name} <code>{sha256.slice(0, 8)}</code>
          </span>
        )}
        <span class="clock">
          {readyAfter !== undefined && t("readyAfter", { time: formatMilliseconds(readyAfter) })}{" "}
          {firstResultAfter !== undefined &&
            t("firstResult", { time: formatMilliseconds(firstResultAfter) })}
        </span>
      </p>
      <CopyButton text={exportOne(screening)} />
      {screening.status !== "error" && (
        <button type="button" class="quiet" onClick={openReport}>
          {t("report")}
        </button>
      )}
    </footer>
  );
}
