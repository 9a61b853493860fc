// The tables of a model card, from the figures that cxr-distill wrote:
//   node tools/model-tables.mjs weights/covid.json [weights/covid-novelty.json ...]
// The first is of evaluate or audit; the others of audit, novelty, evidence, leave-one-source-out, and
// cxr-screen --format json (its rows under two names, old.json new.json, are put side by side). So no figure
// of a card is typed by hand.

import { readFileSync } from "node:fs";

const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const figure = (value) => (value === null ? "-" : value.toFixed(3));
const interval = (limits) =>
  limits === null || limits.includes(null) ? "-" : limits.map(figure).join(" to ");

function table(header, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const sides = header.map((_, i) => (i === 0 ? "---" : "---:"));
  console.log([line(header), `|${sides.join("|")}|`, ...rows.map(line), ""].join("\n"));
}

function exclusiveClasses({ overall, by_source }) {
  const row = (name, report, limits = "") => [
    name,
    report.images,
    figure(report.accuracy),
    interval(report.accuracy_95),
    figure(report.balanced_accuracy) + limits,
  ];
  table(
    ["test split", "images", "accuracy", "95%", "balanced accuracy"],
    [
      row("all sources", overall, ` (${interval(overall.balanced_accuracy_95)})`),
      ...Object.entries(by_source).map(([source, report]) => row(source, report)),
    ],
  );
  table(
    ["class", "precision", "95%", "recall", "95%", "F1", "images"],
    [
      ...overall.classes.map((one) => [
        one.label,
        figure(one.precision),
        interval(one.precision_95),
        figure(one.recall),
        interval(one.recall_95),
        figure(one.f1),
        one.support,
      ]),
      ...["macro", "weighted"].map((name) => {
        const { precision, recall, f1 } = overall[name];
        const limits = name === "macro" ? ` (${interval(overall.macro_f1_95)})` : "";
        return [name, figure(precision), "", figure(recall), "", figure(f1) + limits, ""];
      }),
    ],
  );
  table(
    ["true \\ called", ...overall.classes.map(({ label }) => label)],
    overall.confusion.map((counts, i) => [overall.classes[i].label, ...counts]),
  );
  table(
    ["source", "class", "recall", "95%", "images"],
    Object.entries(by_source).flatMap(([source, { classes }]) =>
      classes
        .filter(({ support }) => support > 0)
        .map((one) => [
          source,
          one.label,
          figure(one.recall),
          interval(one.recall_95),
          one.support,
        ]),
    ),
  );
}

function findings({ findings, averages }) {
  // A file from before they were measured has no Brier score and no interval of the AUPRC.
  const ranked = findings.some(({ brier_score: brier }) => brier !== undefined);
  table(
    [
      "finding",
      "positive",
      "threshold",
      "sensitivity",
      "95%",
      "specificity",
      "95%",
      "AUROC",
      "95%",
      ...(ranked ? ["AUPRC", "95%", "Brier", "95%"] : []),
      "ECE",
    ],
    findings.map((one) => [
      one.label,
      one.true_positives + one.false_negatives,
      figure(one.threshold),
      figure(one.sensitivity),
      interval(one.sensitivity_95),
      figure(one.specificity),
      interval(one.specificity_95),
      figure(one.area_under_roc),
      interval(one.area_under_roc_95),
      ...(ranked
        ? [
            figure(one.average_precision),
            interval(one.average_precision_95),
            figure(one.brier_score),
            interval(one.brier_score_95),
          ]
        : []),
      figure(one.calibration_error),
    ]),
  );
  table(
    ["over all findings", "precision", "recall", "F1", "95%"],
    ["micro", "macro", "weighted"].map((name) => {
      const { precision, recall, f1, f1_95 } = averages[name];
      return [name, figure(precision), figure(recall), figure(f1), interval(f1_95)];
    }),
  );
  const { mean_area_under_roc: mean, mean_area_under_roc_95: limits } = averages;
  console.log(`Mean AUROC: ${figure(mean)} (${interval(limits)}).\n`);
}

function evidence({ evidence_inside_lungs }) {
  table(
    ["finding", "positive films", "median share", "films with more than half"],
    evidence_inside_lungs.map((one) => [
      one.label,
      one.positive,
      figure(one.median),
      one.mostly_inside,
    ]),
  );
}

function novelty({ rows, roc }) {
  table(
    ["", "images", "refused", "share", "95%", "AUROC of the distance"],
    rows.map((row) => [
      row.kind.startsWith("all ") ? `**${row.kind}**` : row.kind,
      row.images,
      row.refused,
      figure(row.share),
      interval(row.share_95),
      row.auroc === undefined ? "" : figure(row.auroc),
    ]),
  );
  const shares = [0.005, 0.01, 0.015, 0.03, 0.05, 0.1];
  table(
    ["real test films refused", "others refused"],
    shares
      .map((share) => roc.findLast(([films]) => films <= share))
      .filter((point) => point !== undefined)
      .map(([films, others]) => [figure(films), figure(others)]),
  );
}

const overUnits = ({ patients, images_without_patient: alone }) =>
  [
    ...(patients > 0 ? [`${patients} patients`] : []),
    ...(alone > 0 ? [`${alone} images of unknown patients`] : []),
  ].join(" and ");

function hospitals(figures) {
  const recalls = ({ classes }) =>
    Object.entries(classes)
      .map(
        ([label, one]) =>
          `${label} ${figure(one.recall)} (${interval(one.recall_95)}), ${one.correct} of ${one.films}`,
      )
      .join("; ");
  table(
    ["source", "films", "AUROC", "95%", "mean recall", "95%", "recall"],
    Object.entries(figures).map(([name, one]) => [
      name,
      `${one.films} (${overUnits(one.intervals_over)})`,
      figure(one.area_under_roc),
      interval(one.area_under_roc_95),
      figure(one.mean_recall),
      interval(one.mean_recall_95),
      recalls(one),
    ]),
  );
}

function leftOut({ settings, chosen, test }) {
  table(
    ["setting", "selection figure", "mean AUROC", "mean recall", ""],
    settings.map((figures) => [
      figures.name,
      figure(figures.selection_figure.mean),
      figure(figures.area_under_roc.mean),
      figure(figures.mean_recall.mean),
      figures.name === chosen ? "chosen" : "",
    ]),
  );
  for (const figures of settings) {
    console.log(
      `${figures.name}, training and validation films of the hospital that was left out:\n`,
    );
    hospitals(figures.hospitals);
  }
  if (test === null) return;
  console.log(`${chosen}, test films of the hospital that was left out:\n`);
  hospitals(test.hospitals);
}

function masks({ lesions, black_lungs: black }) {
  if (lesions !== undefined) {
    table(
      ["films with a lesion mask", "maximum on it", "share", "95%", "by chance"],
      [
        [
          lesions.films,
          lesions.maximum_on_lesion,
          figure(lesions.share),
          interval(lesions.share_95),
          figure(lesions.by_chance),
        ],
      ],
    );
  }
  if (black === undefined) return;
  for (const [name, figures] of [
    ["as they are", black.intact],
    ["lungs black", black.lungs_black],
  ]) {
    console.log(`Test films with a lung mask, ${name}:\n`);
    hospitals(figures.hospitals);
  }
}

const cell = (json, name) => `${figure(json[name])} (${interval(json[`${name}_95`])})`;

// The columns of films that were altered, behind a first one.
const alteredHead = (first, spoken) => [
  first,
  "films",
  spoken,
  "change",
  "calls changed",
  "refused",
];
const alteredRow = (first, main, one) => [
  first,
  one.images,
  cell(one, main),
  cell(one, "change"),
  cell(one, "calls_changed"),
  cell(one, "refused"),
];

function sourceProbe({ source_probe: probe }) {
  if (probe === null) return;
  table(
    ["source told from the features", "balanced accuracy", "of which by chance", "97.5 % below"],
    [
      ["as it is", cell(probe, "balanced_accuracy"), figure(probe.chance), ""],
      [
        "sources dealt out among all patients",
        "",
        figure(probe.dealt_among_all.mean),
        figure(probe.dealt_among_all.high),
      ],
      [
        "among patients with the same labels",
        "",
        figure(probe.dealt_among_same_label.mean),
        figure(probe.dealt_among_same_label.high),
      ],
    ],
  );
}

// A section of a card; what speaks against the model comes first.
function audit(json) {
  const { films, main_figure: main, block_outs: blocked } = json;
  const spoken = main === "balanced_accuracy" ? "balanced accuracy" : "mean AUROC";
  console.log("## Audit\n");
  const sample =
    films.asked === null
      ? ""
      : `, a sample of whole patients (seed ${films.seed}, ${films.asked} asked for)`;
  console.log(
    `${films.scored} of ${films.in_split} films of split ${json.split} of ${json.dataset}${sample}, over ` +
      `${overUnits(films.intervals_over)}; ${json.date.slice(0, 10)}, revision ${json.revision}. The worst ` +
      "first, by fixed rules; what no rule names is not thereby good.\n",
  );
  const news = json.bad_news.map(({ sentence }) => `- ${sentence}`);
  console.log([...(news.length > 0 ? news : ["- No rule found anything."]), ""].join("\n"));
  console.log("Not measured:\n");
  console.log([...json.not_measured.map(({ what, why }) => `- ${what}: ${why}`), ""].join("\n"));
  sourceProbe(json);
  table(alteredHead("parts of the film made even", spoken), [
    alteredRow("as they are", main, json.as_they_are),
    ...blocked.parts.map((part) => alteredRow(part.done, main, part)),
  ]);
  const { data, lung_network: network, nothing } = blocked.lungs_from;
  console.log(
    `Where the lungs are, people say of ${data} films, the model's lung network of ${network}, nothing of ` +
      `${nothing}.\n`,
  );
  table(
    alteredHead("altered by", spoken),
    json.curves.flatMap(({ kind, strength, none, points }) =>
      points
        .filter((point) => point.strength !== none)
        .map((point) => alteredRow(`${kind} ${point.strength} (${strength})`, main, point)),
    ),
  );
  const { labels, called_class: called } = json.calibration;
  table(
    ["scores of", "calibration error", "if calibrated, mean", "if calibrated, at most"],
    [...labels, ...(called === null ? [] : [called])].map((one) => [
      one.label,
      cell(one, "error"),
      figure(one.mean_if_calibrated),
      figure(one.high_if_calibrated),
    ]),
  );
}

// The same films by two models, or by one.
function screened(all) {
  const labels = all
    .flat()
    .find(({ findings: found }) => found.length > 0)
    .findings.map(({ label }) => label);
  const several = all.length > 1;
  table(
    [
      "film",
      ...labels.flatMap((label) => all.map((_, i) => (several ? `${label} ${i + 1}` : label))),
    ],
    all[0].map(({ file }, row) => [
      file.split("/").at(-1),
      ...labels.flatMap((label) =>
        all.map((rows) => {
          const found = rows[row].findings.find((one) => one.label === label);
          return found === undefined ? rows[row].status : figure(found.score);
        }),
      ),
    ]),
  );
}

const readRows = (file) => {
  const text = readFileSync(file, "utf8").trim();
  try {
    return JSON.parse(text);
  } catch {
    return text.split("\n").map((line) => JSON.parse(line)); // a row a film
  }
};

const [evaluationFile, ...otherFiles] = process.argv.slice(2);
if (evaluationFile === undefined) {
  console.error("usage: node tools/model-tables.mjs EVALUATION_OR_AUDIT.json [OTHER.json ...]");
  process.exit(2);
}
function evaluated(evaluation) {
  console.log(`${evaluation.model}, SHA-256 \`${evaluation.sha256}\`\n`);
  const { intervals_over: over, dataset, dataset_sha256: digest, split } = evaluation;
  if (over !== undefined) {
    console.log(
      `Split ${split} of ${dataset} (${digest}); 95% intervals over ${overUnits(over)}.\n`,
    );
  }
  if (evaluation.overall) exclusiveClasses(evaluation);
  findings(evaluation);
  evidence(evaluation);
}

const first = read(evaluationFile);
if (first.audit_format !== undefined) audit(first);
else evaluated(first);
const others = otherFiles.map(readRows);
for (const other of others) {
  if (other.audit_format !== undefined) audit(other);
  else if (other.rows !== undefined) novelty(other);
  else if (other.settings !== undefined) leftOut(other);
  else if (other.evidence !== undefined) masks(other);
}
const rows = others.filter(Array.isArray);
if (rows.length > 0) screened(rows);
