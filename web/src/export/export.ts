// Results that leave the page, by a person's click. The research-use notice goes with each. Nothing of
// a patient but the file's name, which is how a row is recognised.

import { toCsv } from "./csv";
import type { Film } from "../results/films";
import { t } from "../words/strings";
import type { Screening } from "../screening/thoraxlite";

export function exportOne(screening: Screening): string {
  return toJson({ notice: t("noticeLong"), ...screening });
}

export function saveTable(format: "csv" | "json", films: readonly Film[]): void {
  const screenings = films.flatMap(({ screening }) => screening ?? []);
  if (format === "csv") saveText(t("saveCsvName"), "text/csv", table(screenings));
  else
    saveText(t("saveAllName"), "application/json", toJson({ notice: t("noticeLong"), screenings }));
}

// A row a film; four columns a finding.
export function table(screenings: readonly Screening[]): string {
  const labels = [
    ...new Set(screenings.flatMap(({ findings }) => findings.map(({ label }) => label))),
  ];
  const header = [
    "file",
    "status",
    "refusal",
    "shown_anyway",
    "message",
    ...labels.flatMap((label) => [
      label,
      `${label} threshold`,
      `${label} above`,
      `${label} evidence_inside_lungs`,
    ]),
    "model",
    "model_sha256",
    "version",
    "notice",
  ];
  const rows = screenings.map((screening) => {
    const { file, status, refusal, shown_anyway, message, findings, model } = screening;
    return [
      file,
      status,
      refusal?.type ?? "",
      shown_anyway,
      message,
      ...labels.flatMap((label) => {
        const finding = findings.find((finding) => finding.label === label);
        if (finding === undefined) return ["", "", "", ""];
        const { score, threshold, positive, evidence_inside_lungs } = finding;
        return [score, threshold, positive, evidence_inside_lungs ?? ""];
      }),
      model.name,
      model.sha256,
      screening.version,
      t("noticeLong"),
    ];
  });
  return toCsv([header, ...rows]);
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
