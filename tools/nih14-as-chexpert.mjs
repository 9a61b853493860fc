#!/usr/bin/env node
// node tools/nih14-as-chexpert.mjs NIH14 MANIFEST OUTPUT: films in the layout of NIH ChestX-ray14 as a
// folder in CheXpert's, so that the paper's first experiment runs where CheXpert is not to be had
// (native/configs/nih14-chexpert.toml). Images are linked to, not copied.
//
// Both have 14 labels, of which ten say the same or nearly so; the others of CheXpert stay blank, and the
// others of NIH (Emphysema, Fibrosis, Hernia) are told by nothing. Blank is what a report does not
// mention, as in CheXpert. MANIFEST (column `reader`) says which films radiologists read: in train.csv an
// opacity that they did not see is uncertain (-1); valid.csv, which CheXpert's radiologists labelled,
// goes by what they saw.

import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const labels = [
  "No Finding",
  "Enlarged Cardiomediastinum",
  "Cardiomegaly",
  "Lung Opacity",
  "Lung Lesion",
  "Edema",
  "Consolidation",
  "Pneumonia",
  "Atelectasis",
  "Pneumothorax",
  "Pleural Effusion",
  "Pleural Other",
  "Fracture",
  "Support Devices",
];
// CheXpert's hierarchy (Irvin et al. 2019, figure 1) has an opacity wherever one of its children is.
const meant = {
  "No Finding": ["No Finding"],
  Cardiomegaly: ["Cardiomegaly"],
  Infiltration: ["Lung Opacity"],
  Edema: ["Edema", "Lung Opacity"],
  Consolidation: ["Consolidation", "Lung Opacity"],
  Pneumonia: ["Pneumonia", "Lung Opacity"],
  Atelectasis: ["Atelectasis", "Lung Opacity"],
  Nodule: ["Lung Lesion", "Lung Opacity"],
  Mass: ["Lung Lesion", "Lung Opacity"],
  Pneumothorax: ["Pneumothorax"],
  Effusion: ["Pleural Effusion"],
  Pleural_Thickening: ["Pleural Other"],
};
const opacities = ["Pneumonia", "Lung Opacity"];

const [nih, manifest, output] = process.argv.slice(2);
if (!output) {
  console.error("usage: node tools/nih14-as-chexpert.mjs NIH14 MANIFEST OUTPUT");
  process.exit(2);
}
if (existsSync(output)) {
  console.error(`${output}: is there already; expected a folder to make`);
  process.exit(2);
}

// Fields may be quoted, with commas inside.
const fields = (line) =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
  );
function rows(file) {
  const [head, ...lines] = readFileSync(file, "utf8").trim().split(/\r?\n/);
  const names = fields(head);
  return lines.map((line) => {
    const values = fields(line);
    return Object.fromEntries(names.map((name, i) => [name, values[i] ?? ""]));
  });
}

const read = new Map(
  rows(manifest)
    .filter(({ reader }) => reader)
    .map(({ original, reader }) => [original, reader]),
);
const test = new Set(readFileSync(join(nih, "test_list.txt"), "utf8").match(/\S+/g));
const listed = new Set(readFileSync(join(nih, "train_val_list.txt"), "utf8").match(/\S+/g));

function marks(name, findings, isTest) {
  const mark = new Map(
    findings.flatMap((finding) => meant[finding] ?? []).map((label) => [label, 1]),
  );
  const reading = read.get(name);
  if (reading === undefined) return mark;
  const seen = reading === "Lung Opacity";
  if (isTest && seen) mark.delete("No Finding");
  for (const label of opacities) {
    if (isTest) mark.set(label, seen ? 1 : 0);
    else if (!seen && mark.get(label) === 1) mark.set(label, -1);
  }
  return mark;
}

const head = ["Path", "Sex", "Age", "Frontal/Lateral", "AP/PA", ...labels].join(",");
const csv = { train: [head], valid: [head] };
const count = new Map();
for (const row of rows(join(nih, "Data_Entry_2017.csv"))) {
  const name = row["Image Index"];
  if (!test.has(name) && !listed.has(name)) continue;
  const split = test.has(name) ? "valid" : "train";
  const patient = `patient${row["Patient ID"].padStart(5, "0")}`;
  const folder = join(split, patient, `study${row["Follow-up #"]}`);
  const path = join(folder, name);
  mkdirSync(join(output, folder), { recursive: true });
  symlinkSync(resolve(nih, "images", name), join(output, path));
  const mark = marks(name, row["Finding Labels"].split("|"), split === "valid");
  for (const [label, value] of mark) {
    const key = `${split},${label},${value}`;
    count.set(key, (count.get(key) ?? 0) + 1);
  }
  const sex = { M: "Male", F: "Female" }[row["Patient Gender"]] ?? "Unknown";
  const values = labels.map((label) => (mark.has(label) ? mark.get(label).toFixed(1) : ""));
  csv[split].push(
    [path, sex, row["Patient Age"], "Frontal", row["View Position"], ...values].join(","),
  );
}
for (const split of ["train", "valid"]) {
  writeFileSync(join(output, `${split}.csv`), `${csv[split].join("\n")}\n`);
  console.log(`${split}: ${csv[split].length - 1} films`);
  for (const label of labels) {
    const of = (value) => count.get(`${split},${label},${value}`) ?? 0;
    console.log(`  ${label}: ${of(1)} present, ${of(-1)} uncertain`);
  }
}
