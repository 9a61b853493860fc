// The film that is looked at, large, and beside it what the model says of it.

import { useCallback, useMemo, useReducer, useRef, useState } from "preact/hooks";
import type { Film } from "../results/films";
import type { Session } from "../session/session";
import { t } from "../words/strings";
import type { Command } from "../viewer/keys";
import { isInside, lungFieldOf } from "../viewer/lung_field";
import type { Level } from "../film/pyramid";
import { after, initialView } from "../viewer/view";
import { act as viewCommand } from "../viewer/view_commands";
import { type Preset, type ValueWindow, presets as presetsOf } from "../viewer/window_level";
import { inWords } from "./evidence_panel";
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
};

const first: Choice = { frame: 0, window: null };

export function Reading({ session, film, position, step, openReport }: Props) {
  const [choices, setChoices] = useState<{ id: number; choice: Choice } | null>(null);
  const choice = choices?.id === film.id ? choices.choice : first;
  const choose = (choice: Choice) => setChoices({ id: film.id, choice });

  const viewed = useViewedFilm(session, film, choice);
  const shown = viewed.kind === "shown" ? viewed.viewed : null;
  const pixels = shown?.film ?? null;
  const [view, act] = useReducer(after, initialView);
  const [levels, setLevels] = useState<readonly Level[] | null>(null);
  const [settings, change] = useState<EvidenceSettings>({
    shown: false,
    opacity: 0.5,
    lungs: false,
  });

  const lungField = useMemo(
    () => (film.lungField === null ? null : lungFieldOf(film.lungField)),
    [film.lungField],
  );
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

  const findings = useFindings(session, film, lungField);
  const { chosen, evidence, place } = findings;
  useCommands((command: Command) => {
    if (command === "nextFilm") step(1);
    else if (command === "previousFilm") step(-1);
    else if (command === "evidence") change({ ...settings, shown: !settings.shown });
    else if (command === "lungs") change({ ...settings, lungs: !settings.lungs });
    else if (command === "nextFinding") findings.chooseNext();
    else if (command === "nextFrame" || command === "previousFrame") {
      const frame = choice.frame + (command === "nextFrame" ? 1 : -1);
      if (frame >= 0 && frame < (shown?.dicom?.frames ?? 1)) choose({ ...choice, frame });
    } else if (command === "help" || levels === null) return false;
    else viewCommand(command, view, presets, act);
    return true;
  });

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
          change={change}
          hasEvidence={evidence !== null}
          hasLungField={lungField !== null}
        />
        <div class="film-stage">
          <FilmView
            name={name}
            levels={shown?.levels ?? null}
            view={view}
            act={act}
            loaded={loaded}
            overlay={{
              evidence:
                settings.shown && chosen !== null && evidence !== null
                  ? {
                      ...evidence,
                      words: `${t("evidenceFor", { label: chosen.label })}. ${inWords(chosen.label, place)}`,
                    }
                  : null,
              opacity: settings.opacity,
              lungField: settings.lungs ? lungField : null,
            }}
          />
          {levels === null && (
            <p class="film-message" role={viewed.kind === "failed" ? "alert" : undefined}>
              {viewed.kind === "failed" ? viewed.message : t("decoding")}
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
        session={session}
        film={film}
        findings={findings}
        settings={settings}
        change={change}
        hasLungField={lungField !== null}
        openReport={openReport}
      />
    </>
  );
}
