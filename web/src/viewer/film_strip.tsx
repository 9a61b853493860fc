// Under the film: how it is shown, what it is, and what was done to its pixels.

import type { ViewedFilm } from "../film/pixels";
import { formatCount, formatPercent, t, type Key } from "../words/strings";
import type { View } from "./view";
import { PatientTags } from "./patient_tags";

export interface Choice {
  readonly frame: number; // of a multi-frame file, from 0
  readonly window: number | null; // of the file's own windows; null is the one it names first
}

type Props = {
  viewed: ViewedFilm | null;
  view: View;
  choice: Choice;
  choose: (choice: Choice) => void;
  drawn: boolean;
};

export function FilmStrip({ viewed, view, choice, choose, drawn }: Props) {
  if (viewed === null || !drawn) return <div class="film-strip" />;
  const { film, steps, dicom } = viewed;
  return (
    <div class="film-strip">
      <p data-zoom={view.placement.scale}>
        {t("zoom", { zoom: formatPercent(view.placement.scale) })}
      </p>
      <p>
        {t("filmSize", {
          width: formatCount(film.width),
          height: formatCount(film.height),
          most: formatCount(film.maxValue),
        })}
      </p>
      {dicom !== null && dicom.frames > 1 && (
        <label class="number">
          <span>{t("frame")}</span>
          <input
            type="number"
            min={1}
            max={dicom.frames}
            value={choice.frame + 1}
            onChange={({ currentTarget: { valueAsNumber } }) => {
              if (
                Number.isInteger(valueAsNumber) &&
                valueAsNumber >= 1 &&
                valueAsNumber <= dicom.frames
              )
                choose({ ...choice, frame: valueAsNumber - 1 });
            }}
          />
          <span>{t("ofFrames", { frames: formatCount(dicom.frames) })}</span>
        </label>
      )}
      {dicom !== null && dicom.windows.length > 0 && (
        <label>
          <span>{t("fileWindow")}</span>{" "}
          <select
            value={dicom.window}
            onChange={({ currentTarget }) =>
              choose({ ...choice, window: Number(currentTarget.value) })
            }
          >
            <option value={-1}>{t("presetWhole")}</option>
            {dicom.windows.map(({ name, centre, width }, i) => (
              <option key={i} value={i}>
                {name === "" ? t("unnamedWindow", { number: String(i + 1) }) : name} ({centre} /{" "}
                {width})
              </option>
            ))}
          </select>
        </label>
      )}
      {steps.length > 0 && (
        <div class="steps">
          <span class="soft">{t("steps")}</span>
          <ol>
            {steps.map((step) => (
              <li key={step}>{t(step as Key)}</li>
            ))}
          </ol>
        </div>
      )}
      {dicom !== null && <PatientTags key={dicom.patient.id} patient={dicom.patient} />}
    </div>
  );
}
