// Results that leave the page, by a person's click. The research-use notice goes with each. Nothing of
// a patient but the file's name, which is how a row is recognised, and what DICOM calls the film by.

import { fewest, type Figures, figuresOf, populationOf, type Share } from "../models/figures";
import { modelsOf } from "../results/arrangement";
import type { Film } from "../results/films";
import type { Finding, Screening } from "../screening/thoraxlite";
import { t } from "../words/strings";
import { type Cell, type CsvStyle, toCsv } from "./csv";
import { version } from "../packed/version";

export type SaveChoice = { format: "csv"; style: CsvStyle } | { format: "json" };

// Of the models that gave results: their cards.
export interface Cards {
  cardOf(screening: Screening): Record<string, unknown>;
}

const screeningsOf = (films: readonly Film[]) =>
  films.flatMap(({ results }) => results.map(({ screening }) => screening));

export function exportOne(screening: Screening): string {
  return toJson({ notice: t("noticeLong"), ...screening });
}

export function saveTable(choice: SaveChoice, films: readonly Film[], cards: Cards): void {
  if (choice.format === "csv")
    saveText(t("saveCsvName"), "text/csv", table(screeningsOf(films), choice.style, cards));
  else saveText(t("saveAllName"), "application/json", toJson(documentOf(films, cards)));
}

function documentOf(films: readonly Film[], cards: Cards): object {
  const screenings = screeningsOf(films);
  return {
    notice: t("noticeLong"),
    version,
    models: modelsOf(films).map(({ labels, ...model }) => {
      const own = screenings.filter(({ model: { sha256 } }) => sha256 === model.sha256);
      // A film that came to nothing here was judged by no operating point.
      const scored = own.find(({ operating_point: point }) => point !== "") ?? own[0]!;
      const card = cards.cardOf(scored);
      const { operating_point } = scored;
      return {
        ...model,
        measured_on: populationOf(card),
        operating_point,
        figures: labels.map((label) => ({
          label,
          test: figuresOf(card, operating_point, label, false),
        })),
      };
    }),
    screenings,
  };
}

// What stands in one column; cxr-screen --format csv has the same (native/screen/report_csv.cpp).
const ofFilm: readonly (readonly [string, (screening: Screening) => Cell])[] = [
  ["file", ({ file }) => file],
  ["file_sha256", ({ film }) => film.sha256],
  ["frame", ({ film }) => film.frame],
  ["study_uid", ({ film }) => film.study_uid],
  ["sop_uid", ({ film }) => film.sop_uid],
  ["time", ({ time }) => time],
  ["model", ({ model }) => model.name],
  ["model_version", ({ model }) => model.version],
  ["model_sha256", ({ model }) => model.sha256],
  ["operating_point", ({ operating_point: point }) => point],
  ["program_version", ({ version }) => version],
  ["status", ({ status }) => status],
  ["refusal", ({ refusal }) => refusal?.type ?? ""],
  ["reason", ({ message }) => message],
  ["notes", ({ notes }) => notes.join(" ")],
  ["shown_anyway", ({ shown_anyway }) => shown_anyway],
  ["change", ({ change }) => change ?? ""],
  ["distance", ({ novelty }) => novelty?.distance ?? ""],
  ["distance_limit", ({ novelty }) => novelty?.threshold ?? ""],
];

const isOnNoSide = ({ neither, threshold }: Finding) => neither || threshold === null;

const ofFinding: readonly (readonly [string, (finding: Finding) => Cell])[] = [
  ["score", ({ score }) => score],
  ["threshold", (finding) => (isOnNoSide(finding) ? "" : finding.threshold!)],
  ["above", (finding) => (isOnNoSide(finding) ? "" : finding.positive)],
  ["near", (finding) => (isOnNoSide(finding) ? "" : finding.near)],
  ["evidence_inside_lungs", ({ evidence_inside_lungs: inside }) => inside ?? ""],
  [
    "evidence_unusual",
    ({ evidence_inside_lungs: inside, evidence_unusual }) =>
      inside === null ? "" : evidence_unusual,
  ],
];

// Of test films, as the card has them; a share of fewer films than one could go by is no number.
const ofTest: readonly (readonly [string, (figures: Figures | null) => Cell])[] = (
  ["sensitivity", "specificity"] as const
).flatMap((name) => {
  const number = (figures: Figures | null, value: (share: Share) => number | null): Cell => {
    const share = figures?.[name];
    return share == null || share.of < fewest ? "" : (value(share) ?? "");
  };
  return [
    [name, (figures) => number(figures, ({ value }) => Math.round(1e4 * value) / 1e4)],
    [`${name}_95_low`, (figures) => number(figures, ({ low }) => low)],
    [`${name}_95_high`, (figures) => number(figures, ({ high }) => high)],
    [`${name}_films`, (figures) => figures?.[name]?.of ?? ""],
  ] satisfies (readonly [string, (figures: Figures | null) => Cell])[];
});

// A row a result. What is said of all stands in the first row's last cell alone.
export function table(screenings: readonly Screening[], style: CsvStyle, cards: Cards): string {
  const labels = [
    ...new Set(screenings.flatMap(({ findings }) => findings.map(({ label }) => label))),
  ];
  const header = [
    ...ofFilm.map(([name]) => name),
    ...labels.flatMap((label) => [...ofFinding, ...ofTest].map(([name]) => `${label} ${name}`)),
    "notice",
  ];
  const rows = screenings.map((screening, i) => [
    ...ofFilm.map(([, value]) => value(screening)),
    ...labels.flatMap((label) => {
      const finding = screening.findings.find((finding) => finding.label === label);
      const figures =
        finding === undefined || isOnNoSide(finding)
          ? null
          : figuresOf(cards.cardOf(screening), screening.operating_point, label, false);
      return [
        ...ofFinding.map(([, value]) => (finding === undefined ? "" : value(finding))),
        ...ofTest.map(([, value]) => value(figures)),
      ];
    }),
    i === 0 ? t("noticeLong") : "",
  ]);
  return toCsv([header, ...rows], style);
}

function saveText(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  // The browser reads the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function toJson(value: object): string {
  return JSON.stringify(value, null, 2) + "\n";
}
