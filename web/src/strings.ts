// Every word that the page shows. Placeholders are i18next's, so that a translation can come as a
// table of the same keys; nothing outside this file holds text or formats a number.

import type { Screening } from "./thoraxlite";

const english = {
  appName: "ThoraxLite",
  tagline: "A chest X-ray goes in, scores come out, and the image never leaves this computer.",

  noticeShort: "Research software, not a medical device. Scores are not facts; a person decides.",
  noticeLong:
    "Research software. Not a medical device, and not for use in care. A score is what a model " +
    "computed from pixels, not a fact about a patient; a person who reads X-rays decides.",

  dropTitle: "Drop chest X-rays anywhere on this page",
  dropDetail: "JPEG or PNG, one or many. Or paste an image with Ctrl+V.",
  dropNow: "Let go to screen the films",
  choose: "Choose files",
  trySample: "Try the built-in sample",
  sampleDetail: "A drawn phantom, not a patient.",
  sampleName: "drawn-phantom.jpg",
  pastedName: "pasted image",
  unnamed: "image",

  promisePrivate: "Private by construction",
  promisePrivateDetail:
    "The page's own policy forbids it to connect to anything. Films are read here and go nowhere.",
  promiseOffline: "Works without a network",
  promiseOfflineDetail: "Model and program are inside the page. Save it, carry it, open it.",
  promiseHonest: "Says when it cannot",
  promiseHonestDetail: "A file that cannot be read or scored gives a reason, never a number.",

  films: "Films",
  progress: "{{done}} of {{total}} done",
  saveAll: "Save all as JSON",
  saveAllName: "thoraxlite.json",
  clear: "Clear the list",
  copy: "Copy as JSON",
  copied: "Copied",
  copyFailed: "The browser did not allow copying",

  filmAlt: "The film {{file}}",
  filmOf: "Film {{file}}",
  findings: "Findings",
  statusWaiting: "Waiting",
  statusOk: "Screened",
  statusRefused: "Not scored",
  statusError: "No result",
  waitingDetail: "Waiting for its turn.",

  above: "above",
  below: "below",
  aboveThreshold: "above its threshold of {{threshold}}",
  belowThreshold: "below its threshold of {{threshold}}",
  findingSpoken: "{{label}}: {{score}}, {{side}} threshold",
  screenedSpoken: "{{file}}: {{findings}}.",
  failedSpoken: "{{file}}: {{status}}. {{message}}",

  times: "Decoded in {{decode}}, prepared in {{prepare}}, inferred in {{infer}}",
  firstResult: "First result after {{time}}, by this page's clock.",
  readyAfter: "Ready {{time}} after opening.",

  model: "Model",
  modelOpening: "Opening the model…",
  modelFailed: "The model could not be opened",
  modelName: "Name",
  modelSha256: "SHA-256",
  modelEngine: "Engine",
  modelLabels: "Labels",
  modelCard: "Model card",

  fileUnreadable: "The browser could not read the file: {{reason}}",
  crashed:
    "The computation stopped unexpectedly on this file ({{reason}}). It has been started anew; " +
    "the other files are not affected.",
  noModel: "There is no model to score with: {{reason}}",
  unexpectedReply: "The computation gave an answer that the page does not understand.",
};

export type Key = keyof typeof english;

export function t(key: Key, values: Record<string, string> = {}): string {
  return english[key].replace(/{{(\w+)}}/g, (_, name: string) => values[name] ?? "");
}

export function spoken(screening: Screening): string {
  const { file, status, message } = screening;
  if (status !== "ok") return t("failedSpoken", { file, status: t(statusKeys[status]), message });
  const findings = screening.findings.map(({ label, score, positive }) =>
    t("findingSpoken", {
      label,
      score: formatScore(score),
      side: t(positive ? "above" : "below"),
    }),
  );
  return t("screenedSpoken", { file, findings: findings.join("; ") });
}

export const statusKeys = {
  ok: "statusOk",
  refused: "statusRefused",
  error: "statusError",
} as const satisfies Record<Screening["status"], Key>;

const locale = "en-GB";
const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

// Rounding must not turn a small score into none, nor a large one into certainty.
export function formatScore(score: number): string {
  if (score > 0 && score < 0.001) return `< ${percent.format(0.001)}`;
  if (score < 1 && score > 0.999) return `> ${percent.format(0.999)}`;
  return percent.format(score);
}

export function formatMilliseconds(milliseconds: number): string {
  return `${(milliseconds < 10 ? tenths : whole).format(milliseconds)} ms`;
}
