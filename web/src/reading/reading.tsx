// The film that is looked at, large, and beside it what the model says of it.

import { useCallback, useMemo, useReducer, useRef, useState } from "preact/hooks";
import { Report } from "../export/report";
import { usePrinting } from "../export/use_printing";
import { hasLungNetwork } from "../models/card_lungs";
import type { Film } from "../results/films";
import type { Session } from "../session/session";
import type { Finding } from "../screening/thoraxlite";
import { labelText } from "../words/labels";
import { messageText } from "../words/messages";
import { t } from "../words/strings";
import type { Grid } from "../viewer/evidence_map";
import type { Command } from "../viewer/keys";
import { isInside, lungFieldOf } from "../viewer/lung_field";
import type { Level } from "../film/pyramid";
import { after, initialView } from "../viewer/view";
import { act as viewCommand } from "../viewer/view_commands";
import { type Preset, type ValueWindow, presets as presetsOf } from "../viewer/window_level";
import { inWords } from "./evidence_words";
import { FilmHead } from "./film_head";
import { type Choice, FilmStrip } from "../viewer/film_strip";
import { type EvidenceSettings, FilmToolbar } from "../viewer/film_toolbar";
import { FilmView } from "../viewer/film_view";
import { FindingsPane } from "./findings_pane";
import { useAfter } from "../components/use_after";
import { useCommands } from "../viewer/use_commands";
import { useFindings } from "./use_findings";
import { useViewedFilm } from "./use_viewed_film";

type Props = {
  session: Session;
  film: Film;
  position: { index: number; count: number };
  step: (by: number) => void;
  openReport: () => void;
  openWords: () => void;
};

const first: Choice = { frame: 0, window: null };

export function Reading(props: Props) {
  const { session, film, position, step } = props;
  const [choices, setChoices] = useState<{ id: number; choice: Choice } | null>(null);
  const choice = choices?.id === film.id ? choices.choice : first;
  const choose = (choice: Choice) => setChoices({ id: film.id, choice });

  const newest = session.model.kind === "open" ? session.model.opened.model.sha256 : null;
  const findings = useFindings(film, newest);
  const { finding, evidence } = findings;
  const card =
    findings.result !== null
      ? session.cardOf(findings.result.screening)
      : session.model.kind === "open"
        ? session.model.opened.model.card
        : {};
  // As the result has it whose maps lie over it.
  const change = findings.result?.screening.change ?? film.change;
  const viewed = useViewedFilm(session, film, change, choice);
  const shown = viewed.kind === "shown" ? viewed.viewed : null;
  const pixels = shown?.film ?? null;
  const [view, act] = useReducer(after, initialView);
  const [levels, setLevels] = useState<readonly Level[] | null>(null);
  const [settings, set] = useState<EvidenceSettings>({
    shown: false,
    opacity: 0.5,
    lungs: false,
  });

  const found = findings.result?.lungField ?? null;
  const lungField = useMemo(() => (found === null ? null : lungFieldOf(found)), [found]);
  // Not in the task that draws the findings: it looks at every pixel of the smallest level.
  const fieldOfPresets = useAfter(lungField !== null) ? lungField : null;
  const presets = useMemo((): ReadonlyMap<Preset, ValueWindow> => {
    if (levels === null || pixels === null) return new Map();
    const inside = fieldOfPresets && ((u: number, v: number) => isInside(fieldOfPresets, u, v));
    return presetsOf(levels.at(-1)!, pixels.maxValue, inside);
  }, [levels, fieldOfPresets]);

  const drawn = useRef<{ id: number; width: number; height: number } | null>(null);
  const loaded = useCallback(
    (levels: readonly Level[] | null) => {
      setLevels(levels);
      if (levels === null || pixels === null) return;
      const { width, height, maxValue } = pixels;
      const same = drawn.current;
      drawn.current = { id: film.id, width, height };
      // Another frame or window of the film is looked at from where the last one was.
      if (same?.id !== film.id || same.width !== width || same.height !== height)
        act({ do: "show", film: { width, height, maxValue } });
    },
    [pixels, film.id],
  );

  const mapShown = settings.shown && finding !== null && evidence !== null;
  useCommands((command: Command) => {
    if (command === "nextFilm") step(1);
    else if (command === "previousFilm") step(-1);
    else if (command === "evidence") set({ ...settings, shown: !settings.shown });
    else if (command === "lungs") set({ ...settings, lungs: !settings.lungs });
    else if (command === "nextFinding") findings.chooseNext();
    else if (command === "nextFrame" || command === "previousFrame") {
      const frame = choice.frame + (command === "nextFrame" ? 1 : -1);
      if (frame >= 0 && frame < (shown?.dicom?.frames ?? 1)) choose({ ...choice, frame });
    } else if (command === "help" || levels === null) return false;
    else viewCommand(command, view, presets, act);
    return true;
  });

  usePrinting(() =>
    shown === null || film.results.length === 0 ? null : (
      <Report film={film} viewed={shown} cards={session} patient={null} />
    ),
  );

  const name = film.name;
  return (
    <>
      <section class="film-pane" aria-labelledby="film-name">
        <FilmHead film={film} position={position} step={step} />
        <FilmToolbar
          view={view}
          act={act}
          presets={presets}
          enabled={levels !== null}
          settings={settings}
          change={set}
          hasEvidence={evidence !== null}
          hasLungField={hasLungNetwork(card) ? lungField !== null : null}
        />
        <div class="film-stage">
          <FilmView
            name={name}
            levels={shown?.levels ?? null}
            view={view}
            act={act}
            loaded={loaded}
            overlay={{
              evidence: mapShown ? { ...evidence, words: spokenOf(finding, evidence.grid) } : null,
              opacity: settings.opacity,
              lungField: settings.lungs ? lungField : null,
            }}
          />
          {mapShown && levels !== null && <p class="map-caption">{captionOf(finding)}</p>}
          {levels === null && (
            <p class="film-message" role={viewed.kind === "failed" ? "alert" : undefined}>
              {viewed.kind === "failed" ? messageText(viewed.message) : t("decoding")}
            </p>
          )}
        </div>
        <FilmStrip
          viewed={shown}
          view={view}
          choice={choice}
          choose={choose}
          drawn={levels !== null}
        />
      </section>
      <FindingsPane
        {...{ session, film, findings, settings }}
        change={set}
        ofChild={(shown?.dicom?.ageYears ?? NaN) < 18}
        hasLungField={lungField !== null}
        openReport={props.openReport}
        openWords={props.openWords}
      />
    </>
  );
}

function spokenOf(finding: Finding, grid: Grid): string {
  return [`${captionOf(finding)}.`, inWords(finding, grid)].filter(Boolean).join(" ");
}

function captionOf({ label }: Finding): string {
  return t("evidenceFor", { label: labelText(label) });
}
