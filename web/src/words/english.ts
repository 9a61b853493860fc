// Every word of the page in English; the other tables have the same keys. Placeholders and plurals are
// i18next's: {{name}}, and the endings _one and _other where there is a count.

import { viewingEnglish } from "./viewing_english";

export const english = {
  ...viewingEnglish,

  appName: "ThoraxLite",

  noticeShort: "Research software, not a medical device. Scores are not facts; a person decides.",
  noticeLong:
    "Research software. Not a medical device, and not for use in care. A score is what a model " +
    "computed from pixels, not a fact about a patient; a person who reads X-rays decides.",

  dropTitle: "Drop chest X-rays anywhere on this page",
  dropDetail: "JPEG, PNG or DICOM, one or many. Or paste an image with Ctrl+V.",
  dropNow: "Let go to screen the films",
  choose: "Choose files",

  columnFilm: "Film",
  columnStatus: "Status",
  filter: "Filter the films",
  filterName: "Name",
  filterAbove: "Findings",
  anyStatus: "Any status",
  anyFinding: "Any findings",
  anyAbove: "Anything above its threshold",
  labelAbove: "{{label}} above its threshold",
  filmsShown: "{{shown}} of {{total}} shown",
  statusShownAnyway: "Refused, shown anyway",
  wideTable: "Table only",
  nothingAbove: "Nothing above",
  saveCsv: "Save as CSV",
  saveCsvName: "thoraxlite.csv",
  pause: "Pause",
  resume: "Go on",
  cancel: "Cancel",
  paused: "paused",
  remaining: "about {{time}} left",
  trySample: "Try the built-in sample",
  sampleDetail: "A drawn phantom, not a patient.",
  sampleName: "drawn-phantom.jpg",
  pastedName: "pasted image",
  unnamed: "image",

  films: "Films",
  progress: "{{done}} of {{total}} done",
  saveAll: "Save as JSON",
  saveAllName: "thoraxlite.json",
  clear: "Clear the list",
  clearShort: "Clear",
  copy: "Copy as JSON",
  copied: "Copied",
  copyFailed: "The browser did not allow copying",

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
  modelSha256: "SHA-256",
  modelEngine: "Engine",
  modelLabels: "Labels",

  report: "Print a report",
  reportDetail: "One page: the film, the evidence, scores and thresholds, and the model.",
  reportPatient: "Print the patient's name, id, birth date and institution too",
  print: "Print",
  reportTitle: "ThoraxLite: what a model computed from one film",
  reportDate: "Printed",
  reportScore: "Score",
  reportThreshold: "Threshold",
  reportInsideLungs: "Evidence inside the lungs",
  programVersion: "Program",

  newVersion: "A new version of this page is ready.",
  newVersionWhich: "It is {{waiting}}; this page is {{running}}.",
  newVersionReload: "Reload with it",

  about: "About",
  aboutTitle: "About ThoraxLite",
  aboutVersion: "Version",
  aboutNotFor: "What it is not for",
  aboutNotCare:
    "Not a medical device, and not for patient care: no authority has reviewed it, and no decision " +
    "about a person may rest on it.",
  aboutNotFact: "Not a finding of fact: a score is what a small network says of one picture.",
  aboutNotOthers:
    "Not for pictures that are unlike those it was trained on; the card of each model released with " +
    "it says which those were, and where the model is weak.",
  aboutLicence:
    "ThoraxLite is free software under the Apache License 2.0. Other people's work is in this page, " +
    "under licences of their own.",
  licences: "The licences of all that is in this page",
  licencesBeside: "The same text is the file LICENSES.txt, which is handed out beside the page.",

  settings: "Settings",
  language: "Language",
  theme: "Colours",
  themeAuto: "As the system has them",
  themeLight: "Light",
  themeDark: "Dark",
  themeContrast: "High contrast",
  remember: "Remember settings and results on this computer",
  rememberDetail:
    "Scores, names of files and these settings then outlast a reload; films and patient tags never " +
    "do. Other pages that are opened from disk in this browser could read them.",
  rememberFailed: "The browser does not keep results: {{reason}}",
  eraseKept: "Erase what is kept",

  verify: "Verify it yourself",
  requestsAsked: "Requests since this page was opened",
  requestsForbidden: "Attempts that the page's policy forbade",
  requestsNone: "This page has asked the network for nothing.",
  requestsOwn: "These are the page's own parts:",
  verifyOffline: "Switch off the network (airplane mode), open the page again, and screen a film.",
  verifyDevtools:
    "Open the browser's developer tools (F12), choose Network, and screen a film: no line appears " +
    "but blob: addresses, which lie in this page's own memory.",
  verifyPolicy:
    "Look at the page's source: in its first lines stands the policy that the browser enforces, " +
    "default-src 'none' among others.",

  fileUnreadable: "The browser could not read the file: {{reason}}",
  crashed:
    "The computation stopped unexpectedly on this file ({{reason}}). It has been started anew; " +
    "the other files are not affected.",
  overdue:
    "The computation had not finished after {{time}} and was ended; the other files are not " +
    "affected.",
  noSimd:
    "This browser has no WebAssembly SIMD, which the computation needs; expected Chrome 91, " +
    "Firefox 89, Safari 16.4 or a later one, with WebAssembly switched on.",
  noModel: "There is no model to score with: {{reason}}",
  cancelled: "Cancelled before it was screened.",
  fileReleased: "The page no longer holds this film's file; give it again to see it.",
  unexpectedReply: "The computation gave an answer that the page does not understand.",

  refusalBlank: "Blank image",
  refusalTooSmall: "Too small",
  refusalUnderexposed: "Underexposed",
  refusalOverexposed: "Overexposed",
  refusalInverted: "Black and white swapped",
  refusalLateral: "Lateral film",
  refusalNotAChestFilm: "Not a chest film",
  refusalColour: "Colour image",
  refusalChild: "Child",

  dicomModalityLut: "Stored values looked up in the file's modality table",
  dicomRescale: "Stored values rescaled by the file's slope and intercept",
  dicomPadding: "Padding left out, and shown black",
  dicomFullRange: "Shown from the image's darkest value to its brightest",
  dicomVoiLut: "Values of interest looked up in the file's table",
  dicomWindowLinear: "Windowed by the file's centre and width, linear",
  dicomWindowLinearExact: "Windowed by the file's centre and width, linear exact",
  dicomWindowSigmoid: "Windowed by the file's centre and width, sigmoid",
  dicomInverted: "Inverted: the file stores black as white",
  dicomPalette: "Colours looked up in the file's palette, then made grey",
  dicomColour: "Colours made grey",
};
