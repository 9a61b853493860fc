// One film on paper: what it is, what the model says of it, and where it looked. Seen only in print;
// styles/report.css.

import { useLayoutEffect, useRef } from "preact/hooks";
import type { DicomInfo, FilmPixels, ViewedFilm } from "../film/pixels";
import { notForOf } from "../models/built_in_models";
import { figuresOf, type Share } from "../models/figures";
import { isUnmeasured } from "../models/operating_points";
import { operatingPointText } from "../models/operating_point_text";
import { shareOrWhyNot } from "../models/share_text";
import type { Film, Result } from "../results/films";
import { foremost, inOrder, isMeasured } from "../results/standing";
import { changeKeys, found, headline, reason } from "../results/status_words";
import type { Finding, Screening } from "../screening/thoraxlite";
import { evidencePicture } from "../viewer/evidence_map";
import { grey, quantiles } from "../viewer/window_level";
import { labelText } from "../words/labels";
import { formatDate, formatNumber, formatScore, type Key, t } from "../words/strings";
import type { Cards } from "./export";

const largestSide = 900; // pixels on paper: some 200 dots an inch at half a page's width

type Props = {
  film: Film;
  viewed: ViewedFilm;
  cards: Cards;
  patient: DicomInfo["patient"] | null; // only where the reader asked for it
};

// The result whose map is printed, and as whose film the picture is.
export function printedOf({ results }: Film): Result | undefined {
  return [...results].reverse().find(({ evidence }) => evidence.length > 0);
}

export function Report({ film, viewed, cards, patient }: Props) {
  const shown = printedOf(film);
  const finding = shown === undefined ? null : foremost(shown.screening);
  const ofChild = (viewed.dicom?.ageYears ?? NaN) < 18;
  return (
    <article class="report" lang={document.documentElement.lang}>
      <h1>{t("reportTitle")}</h1>
      <p class="report-notice">{t("noticeLong")}</p>
      <Pairs
        pairs={[
          [t("columnFilm"), film.name],
          [t("fileSha256"), film.sha256],
          [t("reportDate"), formatDate(new Date())],
          ...(patient === null ? [] : patientPairs(patient)),
        ]}
      />
      <div class="report-pictures">
        <figure>
          <FilmPicture film={viewed.film} overlay={null} />
          <figcaption>{viewed.steps.map((step) => t(step as Key)).join(" ")}</figcaption>
        </figure>
        {shown?.screening.evidence && finding !== null && (
          <figure>
            <FilmPicture
              film={viewed.film}
              overlay={evidencePicture(
                {
                  ...shown.screening.evidence,
                  values: shown.evidence[shown.screening.findings.indexOf(finding)]!,
                },
                shown.screening.evidence.most,
              )}
            />
            <figcaption>
              {t("evidenceFor", { label: labelText(finding.label) })} ({shown.screening.model.name})
            </figcaption>
          </figure>
        )}
      </div>
      {film.results.map(({ screening }) => (
        <ResultPart
          key={screening.model.sha256}
          screening={screening}
          card={cards.cardOf(screening)}
          ofChild={ofChild}
        />
      ))}
    </article>
  );
}

type ResultProps = { screening: Screening; card: Record<string, unknown>; ofChild: boolean };

function ResultPart({ screening, card, ofChild }: ResultProps) {
  const { model, status, shown_anyway, change, findings, time } = screening;
  const { operating_point: point } = screening;
  return (
    <section>
      <h2>{findings.length > 0 ? found(screening) : headline(screening)}</h2>
      {shown_anyway && <p class="report-mark">{t("shownAnyway")}</p>}
      {change !== null && (
        <p class="report-mark">{t("scoredAs", { change: t(changeKeys[change]) })}</p>
      )}
      {status === "refused" && <p>{reason(screening)}</p>}
      {findings.length > 0 && <Findings {...{ screening, card, ofChild }} />}
      {findings.length > 0 && (
        <p>
          {[
            notForOf(model.sha256),
            isUnmeasured(card) && t("measuredOnNothing"),
            screening.evidence === null && t("noEvidenceMap"),
          ]
            .filter(Boolean)
            .join(" ")}
        </p>
      )}
      <Pairs
        pairs={[
          [t("model"), [model.name, model.version].filter(Boolean).join(" ")],
          [t("modelSha256"), model.sha256],
          ...(point === "" || !findings.some(isMeasured)
            ? []
            : ([[t("operatingPoint"), `${operatingPointText(point)} (${point})`]] as const)),
          [t("programVersion"), screening.version],
          [t("scoredAt"), time === "" ? t("timeUnknown") : formatDate(new Date(time))],
        ]}
      />
    </section>
  );
}

function Findings({ screening, card, ofChild }: ResultProps) {
  const { findings, operating_point: point } = screening;
  const knowsLungs = findings.some(({ evidence_inside_lungs: inside }) => inside !== null);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t("findings")}</th>
          <th scope="col">{t("reportScore")}</th>
          <th scope="col">{t("reportThreshold")}</th>
          <th scope="col">{t("reportSide")}</th>
          <th scope="col">{t("sensitivity")}</th>
          <th scope="col">{t("specificity")}</th>
          {knowsLungs && <th scope="col">{t("reportInsideLungs")}</th>}
        </tr>
      </thead>
      <tbody>
        {Object.values(inOrder(findings))
          .flat()
          .map((finding) => {
            const measured = isMeasured(finding);
            const figures = measured ? figuresOf(card, point, finding.label, ofChild) : null;
            const share = (share: Share | null | undefined) =>
              share === undefined ? "–" : shareOrWhyNot(share);
            return (
              <tr key={finding.label}>
                <th scope="row">{finding.neither ? t("neither") : labelText(finding.label)}</th>
                <td>{formatScore(finding.score)}</td>
                <td>{measured ? formatScore(finding.threshold) : "–"}</td>
                <td>{sideText(finding)}</td>
                <td>{share(figures?.sensitivity)}</td>
                <td>{share(figures?.specificity)}</td>
                {knowsLungs && (
                  <td>
                    {finding.evidence_inside_lungs === null
                      ? "–"
                      : formatNumber(finding.evidence_inside_lungs)}
                  </td>
                )}
              </tr>
            );
          })}
      </tbody>
    </table>
  );
}

function sideText(finding: Finding): string {
  if (finding.neither) return t("noFinding");
  if (!isMeasured(finding)) return t("notMeasured");
  if (finding.near) return `≈ ${t("near")}`;
  return finding.positive ? `▲ ${t("above")}` : `▽ ${t("below")}`;
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
