// One film on paper: what it is, what the model says of it, and where it looked. Seen only in print;
// styles/report.css.

import { useLayoutEffect, useRef } from "preact/hooks";
import type { Film } from "../results/films";
import type { DicomInfo, FilmPixels, ViewedFilm } from "../film/pixels";
import { refusalKeys } from "../results/status_words";
import { formatDate, formatScore, type Key, t } from "../words/strings";
import type { Finding, OpenedModel, Screening } from "../screening/thoraxlite";
import { evidencePicture, mostEvidence } from "../viewer/evidence_map";
import { grey, quantiles } from "../viewer/window_level";

const largestSide = 900; // pixels on paper: some 200 dots an inch at half a page's width

type Props = {
  film: Film;
  screening: Screening;
  viewed: ViewedFilm;
  opened: OpenedModel | null;
  patient: DicomInfo["patient"] | null; // only where the reader asked for it
};

export function Report({ film, screening, viewed, opened, patient }: Props) {
  const { findings, model } = screening;
  const shown = foremost(findings);
  return (
    <article class="report" lang={document.documentElement.lang}>
      <h1>{t("reportTitle")}</h1>
      <p class="report-notice">{t("noticeLong")}</p>
      <Pairs
        pairs={[
          [t("columnFilm"), film.name],
          [t("reportDate"), formatDate(new Date())],
          ...(patient === null ? [] : patientPairs(patient)),
        ]}
      />
      {screening.shown_anyway && <p class="report-mark">{t("shownAnyway")}</p>}
      {screening.refusal !== null && (
        <p>
          {t(refusalKeys[screening.refusal.type])}. {screening.message}
        </p>
      )}
      <div class="report-pictures">
        <figure>
          <FilmPicture film={viewed.film} overlay={null} />
          <figcaption>{viewed.steps.map((step) => t(step as Key)).join(" ")}</figcaption>
        </figure>
        {shown !== null && screening.evidence !== null && film.evidence.length > 0 && (
          <figure>
            <FilmPicture
              film={viewed.film}
              overlay={evidencePicture(
                { ...screening.evidence, values: film.evidence[findings.indexOf(shown)]! },
                mostEvidence(film.evidence),
              )}
            />
            <figcaption>{t("evidenceFor", { label: shown.label })}</figcaption>
          </figure>
        )}
      </div>
      <Findings findings={findings} />
      <Pairs
        pairs={[
          [t("model"), model.name],
          [t("modelSha256"), model.sha256],
          ...(opened === null
            ? []
            : [[t("modelEngine"), `${opened.engine} (${opened.module})`] as const]),
          [t("programVersion"), screening.version],
        ]}
      />
    </article>
  );
}

function Findings({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t("findings")}</th>
          <th scope="col">{t("reportScore")}</th>
          <th scope="col">{t("reportThreshold")}</th>
          <th scope="col" />
          <th scope="col">{t("reportInsideLungs")}</th>
        </tr>
      </thead>
      <tbody>
        {findings.map(({ label, score, threshold, positive, evidence_inside_lungs }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{formatScore(score)}</td>
            <td>{formatScore(threshold)}</td>
            <td>
              {positive ? "▲ " : "▽ "}
              {t(positive ? "above" : "below")}
            </td>
            <td>{evidence_inside_lungs === null ? "–" : formatScore(evidence_inside_lungs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Pairs({ pairs }: { pairs: readonly (readonly [string, string])[] }) {
  return (
    <dl>
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function patientPairs(patient: DicomInfo["patient"]): [string, string][] {
  const { name, id, birthDate, institution } = patient;
  return [
    [t("patientName"), name],
    [t("patientId"), id],
    [t("birthDate"), birthDate],
    [t("institution"), institution],
  ];
}

// Of the findings above their thresholds the one with the highest score, or of all, if none is above.
function foremost(findings: readonly Finding[]): Finding | null {
  const above = findings.filter(({ positive }) => positive);
  return (above.length > 0 ? above : findings).reduce<Finding | null>(
    (best, finding) => (best !== null && best.score >= finding.score ? best : finding),
    null,
  );
}

function FilmPicture({ film, overlay }: { film: FilmPixels; overlay: ImageData | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const times = Math.ceil(Math.max(film.width, film.height) / largestSide);
  const width = Math.floor(film.width / times);
  const height = Math.floor(film.height / times);
  useLayoutEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    context.putImageData(pictureOf(film, times), 0, 0);
    if (overlay === null) return;
    const map = new OffscreenCanvas(overlay.width, overlay.height);
    map.getContext("2d")!.putImageData(overlay, 0, 0);
    context.globalAlpha = 0.5;
    context.drawImage(map, 0, 0, width, height);
  }, [film, overlay]);
  return <canvas ref={canvas} width={width} height={height} />;
}

// In the window of all but the darkest and brightest hundredth.
function pictureOf(film: FilmPixels, times: number): ImageData {
  const { width, height, pixels } = averaged(film, times);
  const [low, high] = quantiles(averaged(film, 8 * times), [0.01, 0.99]);
  const window = { centre: (low! + high!) / 2, width: Math.max(high! - low!, 1) };
  const picture = new ImageData(width, height);
  for (let i = 0; i < pixels.length; ++i) {
    const value = 255 * grey(pixels[i]!, window);
    picture.data.set([value, value, value, 255], 4 * i);
  }
  return picture;
}

// The mean of each times x times pixels.
function averaged({ width, height, pixels }: FilmPixels, times: number) {
  const few = { width: Math.floor(width / times), height: Math.floor(height / times) };
  const means = new Uint16Array(few.width * few.height);
  for (let y = 0; y < few.height; ++y)
    for (let x = 0; x < few.width; ++x) {
      let sum = 0;
      for (let dy = 0; dy < times; ++dy)
        for (let dx = 0; dx < times; ++dx)
          sum += pixels[(y * times + dy) * width + x * times + dx]!;
      means[y * few.width + x] = sum / times ** 2;
    }
  return { ...few, pixels: means };
}
