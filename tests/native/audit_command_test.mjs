// audit as a user runs it: on drawn films, whose list calls what is drawn by names that the model knows,
// with a file that is none; and on a few real films where they are there.
//   node audit_command_test.mjs CXR_DISTILL CXR_PHANTOM WEIGHTS MODEL_TABLES SHARED_DATA

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";

const [distill, phantom, weights, tables, shared] = process.argv
  .slice(2)
  .map((path) => resolve(path));
const folder = mkdtempSync(join(tmpdir(), "thoraxlite-audit-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const covid = join(weights, "covid.safetensors");

function audit(name, ...words) {
  const files = ["--output", `${name}.json`, "--page", `${name}.html`];
  const { status, stdout, stderr } = spawnSync(distill, ["audit", ...words, ...files], {
    cwd: folder,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  const json = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
  return { json, page: readFileSync(join(folder, `${name}.html`), "utf8"), stdout, stderr };
}

// 24 test films of two patients' films each and 48 others, of two sources; the east draws what it calls
// normal, the west what it calls pneumonia or covid.
execFileSync(phantom, ["--out", "films", "--count", "72", "--size", "224"], { cwd: folder });
const header = "file,label,split,source,patient,age,view,reader";
const rows = Array.from({ length: 72 }, (_, i) => {
  const file = `images/phantom_${String(i).padStart(5, "0")}.png`;
  const label = ["normal", "pneumonia", "covid"][i % 3];
  const [split, source] = [i < 24 ? "test" : "train", i % 2 === 0 ? "east" : "west"];
  return [file, label, split, source, `${source}${Math.floor(i / 4)}`, 20 + i, "PA", ""].join(",");
});
writeFileSync(join(folder, "films/images/none.png"), "no image");
rows.push("images/none.png,normal,test,east,nobody,50,PA,");
writeFileSync(join(folder, "films/manifest.csv"), [header, ...rows, ""].join("\n"));

const paper = join(weights, "covid-paper.safetensors");
const { json, page, stdout, stderr } = audit(
  "drawn",
  ...["--model", covid, "--data", "films", "--compare", paper],
);
assert.equal(json.films.scored, 24);
assert.equal(json.films.in_split, 25);
assert.equal(json.films.asked, null);
assert.deepEqual(json.films.without_score, ["images/none.png"]);
assert.match(stderr, /none\.png: .* No score\./);
assert.deepEqual(json.whole.intervals_over, { patients: 12, images_without_patient: 0 });

// Unaltered films, by whichever way they came, have the plain figures.
const { overall, averages } = json.whole;
const plain = {
  accuracy: overall.accuracy,
  balanced_accuracy: overall.balanced_accuracy,
  balanced_accuracy_95: overall.balanced_accuracy_95,
  mean_area_under_roc: averages.mean_area_under_roc,
  ...{ change: 0, calls_changed: 0, score_change: 0, refused: json.films.refused },
};
const unaltered = json.curves.map(({ none, points }) =>
  points.find(({ strength }) => strength === none),
);
assert.equal(unaltered.length, 9);
for (const one of [json.as_they_are, ...unaltered])
  for (const [key, value] of Object.entries(plain)) assert.deepEqual(one[key], value, key);
// And evaluate says the same.
execFileSync(
  distill,
  ["evaluate", "--model", covid, "--data", "films", "--output", "evaluated.json"],
  { cwd: folder, stdio: "pipe" },
);
const evaluated = JSON.parse(readFileSync(join(folder, "evaluated.json"), "utf8"));
assert.deepEqual(overall, evaluated.overall);
assert.deepEqual(json.whole.findings, evaluated.findings);

// Something changes under the strongest of each.
for (const { kind, points } of json.curves)
  assert.ok(
    points.some(({ score_change: change }) => change > 0.001),
    kind,
  );
assert.deepEqual(
  json.block_outs.parts.map(({ part }) => part),
  ["lungs", "all_but_lungs", "border", "corners", "border_and_corners"],
);
// The drawn films have no masks: the model's own lung network says where lungs are.
assert.deepEqual(json.block_outs.lungs_from, { data: 0, lung_network: 24, nothing: 0 });
assert.deepEqual(json.source_probe.sources, ["east", "west"]);
assert.equal(json.source_probe.training_films, 48);
assert.equal(json.source_probe.test_films, 24);
assert.equal(json.comparison.films, 24);
assert.equal(json.comparison.accuracy.first, overall.accuracy);

// The bad news: the worst first, on the terminal, in JSON, on the page and in the card.
const news = json.bad_news.filter(({ rule }) => !rule.startsWith("left_out"));
assert.ok(news.length > 0);
for (const [i, { severity }] of news.entries())
  assert.ok(i === 0 || severity <= news[i - 1].severity);
assert.ok(news.some(({ rule }) => rule === "films_unread"));
const card = execFileSync(process.execPath, [tables, "drawn.json"], {
  cwd: folder,
  encoding: "utf8",
});
const escaped = (text) => text.replaceAll("'", "&#39;");
for (const { sentence } of json.bad_news)
  for (const [where, text] of Object.entries({ stdout, card, page }))
    assert.ok(
      text.includes(where === "page" ? escaped(sentence) : sentence),
      `${where}: ${sentence}`,
    );
for (const { what } of json.not_measured) assert.ok(page.includes(what), what);
assert.ok(!/nan|null|undefined/.test(card), card);
assert.ok(!page.includes("<script"));

// A sample: whole patients, the same ones for the same seed.
const sampled = audit("sample", "--model", covid, "--data", "films", "--films", "6").json;
assert.ok(sampled.films.scored >= 6 && sampled.films.scored < 12, `${sampled.films.scored}`);
assert.equal(sampled.films.asked, 6);
assert.equal(sampled.films.in_split, 25);
assert.equal(sampled.comparison, null);

const refused = (...words) => spawnSync(distill, ["audit", ...words], { encoding: "utf8" });
const { status, stderr: why } = refused("--model", covid, "--data", "phantom:60");
assert.equal(status, 1);
assert.match(why, /^cxr-distill: audit: phantom:60 is drawn on the spot; expected a folder/);

// Stopped, it says so and leaves nothing behind.
const words = ["audit", "--model", covid, "--data", "films", "--output", "stopped.json"];
const stopped = spawn(distill, words, { cwd: folder });
let said = "";
stopped.stderr.on("data", (text) => (said += text));
const part = join(folder, "stopped.json.part"); // there before the first film
while (!existsSync(part) && stopped.exitCode === null) await setTimeout(10);
stopped.kill("SIGINT");
const [code] = await once(stopped, "close");
assert.equal(code, 130, said);
assert.match(said, /stopped before the audit was whole; nothing was written/);
assert.ok(!existsSync(part) && !existsSync(join(folder, "stopped.json")));

const real = join(shared, "covid-cxr");
if (!existsSync(real)) {
  console.log("no real films here: the audit of some was left out");
} else {
  const sources = ["--sources", "hannover,cxnet"];
  const some = audit("real", "--model", covid, "--data", real, "--films", "10", ...sources).json;
  const { data, lung_network: network, nothing } = some.block_outs.lungs_from;
  assert.equal(data + network + nothing, some.films.scored);
  assert.ok(some.evidence.lesions.films > 0);
  assert.ok(some.evidence.lesions.by_chance > 0);
}
