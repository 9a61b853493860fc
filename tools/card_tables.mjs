// The tables that model cards have of the figures that cxr-distill wrote, by name: from one file's
// JSON to its tables, each a header and rows of cells. Pure.

const figure = (value) => (value === null ? "-" : value.toFixed(3));
const interval = (limits) =>
  limits === null || limits.includes(null) ? "-" : limits.map(figure).join(" to ");
const withInterval = (value, limits) =>
  value === null ? "-" : `${figure(value)} (${interval(limits)})`;

const table = (header, rows) => ({
  header,
  rows: rows.map((cells) => cells.map(String)),
});

export function markdown({ header, rows }) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const sides = header.map((_, i) => (i === 0 ? "---" : "---:"));
  return [line(header), `|${sides.join("|")}|`, ...rows.map(line)];
}

function exclusiveClasses({ overall, by_source }) {
  const row = (name, report, limits = "") => [
    name,
    report.images,
    figure(report.accuracy),
    interval(report.accuracy_95),
    figure(report.balanced_accuracy) + limits,
  ];
  return {
    sources: table(
      ["test split", "images", "accuracy", "95%", "balanced accuracy"],
      [
        row("all sources", overall, ` (${interval(overall.balanced_accuracy_95)})`),
        ...Object.entries(by_source).map(([source, report]) => row(source, report)),
      ],
    ),
    classes: table(
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
    ),
    confusion: table(
      ["true \\ called", ...overall.classes.map(({ label }) => label)],
      overall.confusion.map((counts, i) => [overall.classes[i].label, ...counts]),
    ),
    recalls: table(
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
    ),
  };
}

function findings({ findings, averages }) {
  // A file from before they were measured has no Brier score and no interval of the AUPRC.
  const ranked = findings.some(({ brier_score: brier }) => brier !== undefined);
  const { mean_area_under_roc: mean, mean_area_under_roc_95: limits } = averages;
  return {
    findings: table(
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
    ),
    averages: table(
      ["over all findings", "precision", "recall", "F1", "95%"],
      ["micro", "macro", "weighted"].map((name) => {
        const { precision, recall, f1, f1_95 } = averages[name];
        return [name, figure(precision), figure(recall), figure(f1), interval(f1_95)];
      }),
    ),
    "mean-auroc": table(["mean AUROC", "95%"], [[figure(mean), interval(limits)]]),
  };
}

// Of all test films, and of those that are not known to be of children.
function operatingPoints({ operating_sets: sets }) {
  if (sets === undefined) return {};
  const share = (right, wrong, limits) =>
    right + wrong === 0
      ? "-"
      : `${figure(right / (right + wrong))} (${interval(limits)}), ${right} of ${right + wrong}`;
  const shares = (one) => [
    share(one.true_positives, one.false_negatives, one.sensitivity_95),
    share(one.true_negatives, one.false_positives, one.specificity_95),
  ];
  const name = ({ name, population }) => (population === "all" ? name : `${name}/${population}`);
  const header = ["operating point", "finding", "threshold", "sensitivity", "specificity"];
  const rows = (findingsOf) =>
    sets.flatMap((set) =>
      findingsOf(set).map((one) => [name(set), one.label, figure(one.threshold), ...shares(one)]),
    );
  return {
    "operating-points": table(
      header,
      rows(({ findings }) => findings),
    ),
    "operating-points-of-adults": table(
      header,
      rows(({ adults }) => adults?.findings ?? []),
    ),
  };
}

function evidence({ evidence_inside_lungs: rows }) {
  return table(
    ["finding", "positive films", "median share", "films with more than half"],
    rows.map((one) => [one.label, one.positive, figure(one.median), one.mostly_inside]),
  );
}

function novelty({ rows, roc }) {
  const shares = [0.005, 0.01, 0.015, 0.03, 0.05, 0.1];
  return {
    refused: table(
      ["", "images", "refused", "share", "95%", "AUROC of the distance"],
      rows.map((row) => [
        row.kind.startsWith("all ") ? `**${row.kind}**` : row.kind,
        row.images,
        row.refused,
        figure(row.share),
        interval(row.share_95),
        row.auroc === undefined ? "" : figure(row.auroc),
      ]),
    ),
    curve: table(
      ["real test films refused", "others refused"],
      shares
        .map((share) => roc.findLast(([films]) => films <= share))
        .filter((point) => point !== undefined)
        .map(([films, others]) => [figure(films), figure(others)]),
    ),
  };
}

export const overUnits = ({ patients, images_without_patient: alone }) =>
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
  return table(
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

// The same in short.
function called(figures, neither) {
  return table(
    ["left out", "films", "called what they are", "AUROC"],
    Object.entries(figures).map(([name, one]) => [
      name,
      one.films,
      Object.entries(one.classes)
        .map(([label, { correct, films }]) => `${label} ${correct} of ${films}`)
        .join("; "),
      one.area_under_roc === null
        ? `too few ${neither} films`
        : withInterval(one.area_under_roc, one.area_under_roc_95),
    ]),
  );
}

function leftOut({ settings, chosen, test, neither }) {
  return {
    settings: table(
      ["setting", "selection figure", "mean AUROC", "mean recall", ""],
      settings.map((figures) => [
        figures.name,
        figure(figures.selection_figure.mean),
        figure(figures.area_under_roc.mean),
        figure(figures.mean_recall.mean),
        figures.name === chosen ? "chosen" : "",
      ]),
    ),
    ...Object.fromEntries(settings.map(({ name, hospitals: of }) => [name, hospitals(of)])),
    ...(test === null
      ? {}
      : {
          test: hospitals(test.hospitals),
          called: called(test.hospitals, neither),
        }),
  };
}

function masks({ lesions, black_lungs: black }) {
  return {
    ...(lesions !== undefined && {
      lesions: table(
        [
          ...["films with a lesion mask", "maximum on it", "share", "95%", "by chance"],
          ...(lesions.by_chance_in_lungs ? ["by chance inside the lungs"] : []),
        ],
        [
          [
            lesions.films,
            lesions.maximum_on_lesion,
            figure(lesions.share),
            interval(lesions.share_95),
            figure(lesions.by_chance),
            ...(lesions.by_chance_in_lungs ? [figure(lesions.by_chance_in_lungs)] : []),
          ],
        ],
      ),
    }),
    ...(black !== undefined && {
      intact: hospitals(black.intact.hospitals),
      "lungs-black": hospitals(black.lungs_black.hospitals),
    }),
  };
}

// The same films by two models, or by one. all: the rows of cxr-screen --format json of each.
export function screened(all) {
  const labels = all
    .flat()
    .find(({ findings: found }) => found.length > 0)
    .findings.map(({ label }) => label);
  const several = all.length > 1;
  return table(
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

const cell = (json, name) => withInterval(json[name], json[`${name}_95`]);

// Of films that were altered: the columns behind a first one.
const alteredHead = (first, main) => [first, "films", main, "change", "calls changed", "refused"];
const alteredRow = (first, main, one) => [
  first,
  one.images,
  cell(one, main),
  cell(one, "change"),
  cell(one, "calls_changed"),
  cell(one, "refused"),
];

const probe = ({ balanced_accuracy: told, balanced_accuracy_95: limits, chance, ...dealt }) =>
  table(
    ["source told from the features", "balanced accuracy", "of which by chance", "97.5 % below"],
    [
      ["as it is", withInterval(told, limits), figure(chance), ""],
      [
        "sources dealt out among all patients",
        "",
        figure(dealt.dealt_among_all.mean),
        figure(dealt.dealt_among_all.high),
      ],
      [
        "among patients with the same labels",
        "",
        figure(dealt.dealt_among_same_label.mean),
        figure(dealt.dealt_among_same_label.high),
      ],
    ],
  );

// Two models on the same films, the audited one first. p: of "they do not differ".
function against({ accuracy, mean_area_under_roc: area, labels }) {
  const row = (what, films, { first, second, p, ...one }) => [
    what,
    films,
    figure(first),
    figure(second),
    cell(one, "difference"),
    p === null ? "" : p < 0.001 ? "below 0.001" : figure(p),
  ];
  return table(
    ["of the same films", "films", "this model", "the other", "difference", "p"],
    [
      ...(accuracy ? [row("accuracy", accuracy.films, accuracy)] : []),
      row("mean AUROC", "", area),
      ...labels.flatMap((label) => [
        row(`${label.label}: AUROC`, label.with + label.without, label.area_under_roc),
        row(`${label.label}: sensitivity`, label.sensitivity.films, label.sensitivity),
        row(`${label.label}: specificity`, label.specificity.films, label.specificity),
      ]),
    ],
  );
}

function audit({ main_figure: main, source_probe: told, calibration, comparison, ...json }) {
  const spoken = main === "balanced_accuracy" ? "balanced accuracy" : "mean AUROC";
  const { labels, called_class: called } = calibration;
  return {
    ...(told !== null && { probe: probe(told) }),
    ...(comparison && { against: against(comparison) }),
    parts: table(alteredHead("parts of the film made even", spoken), [
      alteredRow("as they are", main, json.as_they_are),
      ...json.block_outs.parts.map((part) => alteredRow(part.done, main, part)),
    ]),
    altered: table(
      alteredHead("altered by", spoken),
      json.curves.flatMap(({ kind, strength, none, points }) =>
        points
          .filter((point) => point.strength !== none)
          .map((point) => alteredRow(`${kind} ${point.strength} (${strength})`, main, point)),
      ),
    ),
    calibration: table(
      ["scores of", "calibration error", "if calibrated, mean", "if calibrated, at most"],
      [...labels, ...(called === null ? [] : [called])].map((one) => [
        one.label,
        cell(one, "error"),
        figure(one.mean_if_calibrated),
        figure(one.high_if_calibrated),
      ]),
    ),
  };
}

const signed = (value) => (value > 0 ? `+${figure(value)}` : figure(value));
const signedInterval = (limits) =>
  limits === null || limits.includes(null) ? "-" : limits.map(signed).join(" to ");

// What ablation wrote: of each network, and of each pair. Means over seeds.
function ablation({ rows, differences }) {
  const all = rows[0].figures;
  const first = all.balanced_accuracy === undefined ? [] : ["accuracy", "balanced_accuracy"];
  const names = [...first, "macro_f1", "mean_area_under_roc", "mean_average_precision"].filter(
    (name) => all[name] !== undefined,
  );
  return {
    networks: table(
      [
        "network",
        "seeds",
        ...names.flatMap((name) => [name.replaceAll("_", " "), "95% over seeds"]),
      ],
      rows.map(({ row, seeds, figures }) => [
        row,
        seeds.length,
        ...names.flatMap((name) => [figure(figures[name].mean), interval(figures[name].mean_95)]),
      ]),
    ),
    differences: table(
      ["difference", "figure", "seeds", "mean", "95% over seeds", "95% over patients"],
      differences.map((one) => [
        `${one.first} less ${one.second}`,
        one.figure.replaceAll("_", " "),
        one.runs,
        signed(one.mean),
        signedInterval(one.mean_95),
        signedInterval(one.over_images_95),
      ]),
    ),
  };
}

// What an audit says before its tables, as lines; the worst first.
export function auditText({ films, block_outs: blocked, ...json }) {
  const sample =
    films.asked === null
      ? ""
      : `, a sample of whole patients (seed ${films.seed}, ${films.asked} asked for)`;
  const news = json.bad_news.map(({ sentence }) => `- ${sentence}`);
  const { data, lung_network: network, nothing } = blocked.lungs_from;
  return [
    `${films.scored} of ${films.in_split} films of split ${json.split} of ${json.dataset}${sample}, over ` +
      `${overUnits(films.intervals_over)}; ${json.date.slice(0, 10)}, revision ${json.revision}. The worst ` +
      "first, by fixed rules; what no rule names is not thereby good.",
    "",
    ...(news.length > 0 ? news : ["- No rule found anything."]),
    "",
    "Not measured:",
    "",
    ...json.not_measured.map(({ what, why }) => `- ${what}: ${why}`),
    "",
    `Where the lungs are, people say of ${data} films, the model's lung network of ${network}, nothing of ` +
      `${nothing}.`,
  ];
}

// Of what evaluate, audit, novelty, leave-one-source-out, ablation or evidence wrote.
export function tablesOf(json) {
  if (json.bad_news !== undefined) return audit(json);
  if (json.differences !== undefined) return ablation(json);
  if (json.rows !== undefined) return novelty(json);
  if (json.settings !== undefined) return leftOut(json);
  if (json.evidence !== undefined) return masks(json);
  if (json.findings === undefined) throw new Error("no figures that a card has tables of");
  return {
    ...(json.overall && exclusiveClasses(json)),
    ...findings(json),
    ...operatingPoints(json),
    evidence: evidence(json),
  };
}
