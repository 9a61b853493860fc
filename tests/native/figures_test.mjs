// What evaluate and compare say of released models, against what thirty lines of other code make of
// the same predictions: on drawn films, whose list calls what is drawn by names that the models know.
//   node figures_test.mjs CXR_DISTILL CXR_PHANTOM WEIGHTS

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { read, report } from "./figures_check.mjs";

const [distill, phantom, weights] = process.argv.slice(2).map((path) => resolve(path));
const folder = mkdtempSync(join(tmpdir(), "thoraxlite-figures-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const run = (program, ...words) => execFileSync(program, words, { cwd: folder, stdio: "pipe" });

// The list of the films anew: three films a patient, of whom every fifth is not known, and no age or sex of
// some.
function list(labelOf) {
  const rows = read(readFileSync(join(folder, "films/manifest.csv"), "utf8")).slice(1);
  const cells = rows.map(([file], i) => [
    ...[file, labelOf(i), "test", i % 4 === 0 ? "west" : "east"],
    ...[i % 5 === 0 ? "" : `p${Math.floor(i / 3)}`, i % 6 === 0 ? "" : 10 + ((7 * i) % 80)],
    i % 7 === 0 ? "" : "FM"[i % 2],
  ]);
  const header = ["file", "label", "split", "source", "patient", "age", "sex"];
  const text = [header, ...cells].map((row) => row.join(",")).join("\n");
  writeFileSync(join(folder, "films/manifest.csv"), `${text}\n`);
}

function evaluate(name) {
  const files = ["--predictions", `${name}.csv`, "--output", `${name}.json`];
  const data = ["--data", "films", "--subgroups", "age,sex"];
  run(distill, "evaluate", "--model", join(weights, `${name}.safetensors`), ...data, ...files);
  return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
}

// All that a JSON may say of these rows, under its names.
function figuresOf(names, rows, json) {
  const labels = json.findings.map(({ label }) => label);
  const { list, pooled, macro, weighted, ranked, of_known } = report(names, rows, labels, false);
  const patients = rows.map((row) => row[names.indexOf("patient")]).filter((id) => id !== "");
  const figures = {
    images: rows.length,
    intervals_over: {
      patients: new Set(patients).size,
      images_without_patient: rows.length - patients.length,
    },
    accuracy: pooled.accuracy,
    micro: pooled,
    ...{ macro, weighted },
    mean_area_under_roc: ranked.area_under_roc,
    mean_average_precision: macro.average_precision,
    mean_brier_score: of_known.brier_score,
    findings: list.map((one) => ({ ...one, unknown: rows.length - one.known })),
  };
  if (json.overall === undefined) return figures;
  const called = report(names, rows, labels, true);
  figures.overall = {
    images: rows.length,
    correct: called.pooled.correct,
    accuracy: called.pooled.recall,
    balanced_accuracy: called.macro.recall,
    ...{ macro: called.macro, weighted: called.weighted, confusion: called.confusion },
    classes: called.list,
  };
  return figures;
}

const bandOf = (age) =>
  age === ""
    ? ""
    : ["0-17", "18-39", "40-64", "65+"][[18, 40, 65].filter((from) => age >= from).length];

// What a film's score means at a threshold: of an operating point's finding.
function atThreshold(names, rows, { label, threshold }) {
  const of = (row, what) => parseFloat(row[names.indexOf(`${label} ${what}`)]);
  const known = rows.filter((row) => of(row, "target") >= 0);
  const count = (target, called) =>
    known.filter((row) => of(row, "target") === target && of(row, "score") >= threshold === called)
      .length;
  const [tp, fn, fp, tn] = [count(1, true), count(1, false), count(0, true), count(0, false)];
  return {
    ...{ true_positives: tp, false_negatives: fn, false_positives: fp, true_negatives: tn },
    ...{ sensitivity: tp / (tp + fn), specificity: tn / (tn + fp) },
    ...{ positives: tp + fn, cases: known.length },
  };
}

function operatingSets(names, rows, sets) {
  const age = (row) => row[names.indexOf("age")];
  const adults = rows.filter((row) => age(row) === "" || age(row) >= 18);
  const at = (films, findings) => findings.map((finding) => atThreshold(names, films, finding));
  return sets.map((set) => ({
    findings: at(rows, set.findings),
    ...(set.adults && {
      adults: { images: adults.length, findings: at(adults, set.adults.findings) },
    }),
  }));
}

// What an evaluation must be. Of films without a score only their number counts.
function expected(csv, json) {
  const [names, ...all] = read(csv);
  const cell = (row, name) => row[names.indexOf(name)];
  const rows = all.filter((row) => cell(row, `${json.findings[0].label} score`) !== "");
  const of = (keep) => figuresOf(names, rows.filter(keep), json);
  const own = of(() => true);
  const refusals = Map.groupBy(all, (row) => cell(row, "refusal"));
  refusals.delete("");
  const bySource = Object.keys(json.by_source).map((source) => {
    const part = of((row) => cell(row, "source") === source);
    return [source, { ...part, ...part.overall }];
  });
  const bySubgroup = Object.entries(json.subgroups).map(([column, groups]) => {
    const valueOf = (row) =>
      (column === "age" ? bandOf(cell(row, "age")) : cell(row, column)) || "unknown";
    return [column, groups.map(({ value }) => of((row) => valueOf(row) === value))];
  });
  return {
    ...own,
    averages: own,
    ...(json.operating_sets && { operating_sets: operatingSets(names, rows, json.operating_sets) }),
    by_source: Object.fromEntries(bySource),
    subgroups: Object.fromEntries(bySubgroup),
    without_score: all.length - rows.length,
    refused: Object.fromEntries([...refusals].map(([type, rows]) => [type, rows.length])),
  };
}

// Intervals; the model's own settings; and what takes the images.
const notOfRows = /_95$|^threshold$|^evidence_inside_lungs$/;

// Where the JSON has another number, to its four decimals. What is null is NaN; what has no denominator is 0
// in the report of classes.
function differences(found, own, path = "", counted = { numbers: 0 }) {
  const wrong = [];
  for (const [key, value] of Object.entries(found)) {
    if (notOfRows.test(key)) continue;
    const at = `${path} ${key}`;
    if (typeof value === "object" && value !== null) {
      wrong.push(...differences(value, own?.[key] ?? {}, at, counted).wrong);
    } else if (typeof value === "number" || (value === null && path !== "")) {
      const mine = own?.[key];
      const same = Number.isNaN(mine) ? !value : Math.abs(value - mine) <= 0.500001e-4;
      if (!same || (value === null && !Number.isNaN(mine)))
        wrong.push(`${at}: ${value}, not ${mine}`);
      ++counted.numbers;
    }
  }
  return { wrong, numbers: counted.numbers };
}

function checkFigures(name, json) {
  const csv = readFileSync(join(folder, `${name}.csv`), "utf8");
  const { wrong, numbers } = differences(json, expected(csv, json));
  assert.deepEqual(wrong, [], name);
  assert.ok(numbers > 500, `${name}: ${numbers} numbers compared`);
  // One call the other way must not pass.
  const [names, first, ...others] = read(csv);
  const { label } = json.findings.find(({ unknown }) => unknown === 0);
  const called = names.indexOf(`${label} called`);
  const other = [names, first.with(called, first[called] === "1" ? "0" : "1"), ...others];
  const text = other.map((row) => row.join(",")).join("\r\n");
  assert.notEqual(differences(json, expected(text, json)).wrong.length, 0);
}

run(phantom, "--out", "films", "--count", "90", "--size", "160");
list((i) => ["normal", "pneumonia", "covid"][i % 3]);
const evaluations = ["covid", "covid-paper"].map((name) => {
  const json = evaluate(name);
  checkFigures(name, json);
  return json;
});

// Two models: the figures of each stand in the comparison.
run(distill, "compare", "covid.csv", "covid-paper.csv", "--output", "both.json");
const both = JSON.parse(readFileSync(join(folder, "both.json"), "utf8"));
assert.equal(both.films, 90);
evaluations.forEach(({ overall, findings, averages, intervals_over }, i) => {
  const side = ["first", "second"][i];
  assert.deepEqual(both.intervals_over, intervals_over);
  assert.equal(both.accuracy[side], overall.accuracy);
  assert.equal(both.mean_area_under_roc[side], averages.mean_area_under_roc);
  for (const [label, finding] of findings.entries())
    for (const key of ["area_under_roc", "sensitivity", "specificity"])
      assert.equal(both.labels[label][key][side], finding[key], `${finding.label} ${key} ${side}`);
});

// Labels that do not exclude each other, and some that nobody knows.
list((i) => ["Pneumonia|Effusion", "Effusion", "", "Mass"][i % 4]);
checkFigures("nih14", evaluate("nih14"));
const { status, stderr } = spawnSync(distill, ["compare", "covid.csv", "nih14.csv"], {
  cwd: folder,
  encoding: "utf8",
});
assert.equal(status, 1);
assert.match(
  stderr,
  /^cxr-distill: covid.csv and nih14.csv: no label is in both files; the first has 'normal'/,
);
