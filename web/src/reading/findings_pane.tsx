import { useState } from "preact/hooks";
import { useAfter } from "../components/use_after";
import type { Film } from "../results/films";
import type { Session } from "../session/session";
import type { EvidenceSettings } from "../viewer/film_toolbar";
import { t } from "../words/strings";
import { EvidencePanel } from "./evidence_panel";
import { FilmNotes } from "./film_notes";
import { ResultPane } from "./result_pane";
import type { ChosenFinding } from "./use_findings";

type Props = {
  session: Session;
  film: Film;
  ofChild: boolean; // the film's file says so
  findings: ChosenFinding;
  settings: EvidenceSettings;
  change: (settings: EvidenceSettings) => void;
  hasLungField: boolean;
  openReport: () => void;
  openWords: () => void; // what score, threshold and evidence mean
};

export function FindingsPane(props: Props) {
  const { session, film, findings, settings, change, hasLungField } = props;
  const { results } = film;
  // By label, and kept from film to film: it is the clinic's, not the film's.
  const [prevalences, setPrevalences] = useState<ReadonlyMap<string, number | null>>(new Map());
  const screened = useAfter(results.length > 0);
  const status = results.at(-1)?.screening.status;
  const { model } = session;
  const notes = results[0]?.screening.notes ?? [];

  return (
    <section class="findings-pane" aria-labelledby="findings" data-status={status}>
      <div class="findings-top">
        <h2 id="findings">{t("findings")}</h2>
        <button type="button" class="quiet small" onClick={props.openWords}>
          {t("whatWordsMean")}
        </button>
      </div>
      {film.waiting && <p class="soft">{t("waitingDetail")}</p>}
      {!film.waiting && results.length === 0 && <p class="soft">{t("notScoredDetail")}</p>}
      {session.canScore(film) && model.kind === "open" && (
        <button type="button" class="score-again" onClick={() => session.scoreAgain([film])}>
          {t(results.length === 0 ? "scoreBy" : "scoreFilmAgainBy", {
            model: model.opened.model.name,
          })}
        </button>
      )}
      {!film.waiting && film.file === null && <p class="soft small">{t("fileReleased")}</p>}
      {notes.length > 0 && <FilmNotes notes={notes} />}
      {results.map((result) => (
        <ResultPane
          key={result.screening.model.sha256}
          {...{ session, film, result, findings, ofChild: props.ofChild }}
          prevalence={{
            of: (label) => prevalences.get(label) ?? null,
            set: (label, value) => setPrevalences(new Map(prevalences).set(label, value)),
          }}
        />
      ))}
      {screened && <Evidence {...{ session, film, findings, settings, change, hasLungField }} />}
      {screened && status !== "error" && film.file !== null && (
        <footer class="details small">
          <button type="button" class="quiet" onClick={props.openReport}>
            {t("report")}
          </button>
        </footer>
      )}
    </section>
  );
}

type EvidenceProps = Pick<
  Props,
  "session" | "film" | "findings" | "settings" | "change" | "hasLungField"
>;

// The map, or why there is none: it is made again only by the model that gave the scores.
function Evidence({ session, film, findings, ...rest }: EvidenceProps) {
  const { result, finding, evidence } = findings;
  if (result === null || finding === null) return null;
  if (result.screening.evidence === null) return <p class="soft small">{t("noEvidenceMap")}</p>;
  if (evidence !== null) return <EvidencePanel finding={finding} {...evidence} {...rest} />;
  const coming = session.canMakeMaps(film, result);
  return (
    <p class="soft" role="status">
      {t(coming ? "mapComing" : "mapNotHeld", { model: result.screening.model.name })}
    </p>
  );
}
