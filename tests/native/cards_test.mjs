// That the figures in the models' cards and the README are those of the JSON files they are said to
// come from: node cards_test.mjs ROOT

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const root = resolve(process.argv[2]);
const { checked } = await import(pathToFileURL(join(root, "tools/card_marks.mjs")));
const weights = join(root, "weights");
const cards = readdirSync(weights).filter((name) => name.endsWith(".md"));
const models = cards.filter((name) => existsSync(join(weights, name.replace(".md", ".json"))));

const results = ["native/docs/nih14-chexpert.md"];
const pages = ["README.md", ...results, ...cards.map((name) => join("weights", name))];
for (const page of pages) assert.deepEqual(checked(join(root, page)).faults, []);

// Of each model: the card, its figures and its file are of one network.
assert.ok(models.length >= 4);
for (const card of models) {
  const bytes = readFileSync(join(weights, card.replace(".md", ".safetensors")));
  const digest = createHash("sha256").update(bytes).digest("hex");
  const text = readFileSync(join(weights, card), "utf8");
  assert.ok(text.includes(`SHA-256 \`${digest}\``), `${card} has another SHA-256`);
  const size = bytes.length.toLocaleString("en-US");
  assert.ok(text.includes(` ${size} bytes, `), `${card} does not say ${size} bytes`);
  const named = [...text.matchAll(/^<!-- (?:table|rows|numbers): (.*) -->$/gm)].flatMap(
    ([, what]) => [...what.matchAll(/[\w-]+\.json/g)].map(([file]) => file),
  );
  assert.ok(named.includes(card.replace(".md", ".json")), `${card} has no table of its figures`);
  for (const file of new Set(named)) {
    const { sha256 } = JSON.parse(readFileSync(join(weights, file), "utf8"));
    if (sha256 !== undefined)
      assert.equal(sha256, digest, `${file} is of another model than ${card}`);
  }
}

// A wrong figure must not pass: each marked table with one of its digits changed, in turn.
const folder = mkdtempSync(join(tmpdir(), "thoraxlite-cards-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
cpSync(join(root, "README.md"), join(folder, "README.md"));
cpSync(join(root, "native/docs"), join(folder, "native/docs"), { recursive: true });
cpSync(weights, join(folder, "weights"), {
  recursive: true,
  filter: (file) => !file.endsWith(".safetensors"),
});
let planted = 0;
for (const page of pages) {
  const sound = readFileSync(join(root, page), "utf8");
  const faultsOf = (text) => {
    writeFileSync(join(folder, page), text);
    return checked(join(folder, page)).faults;
  };
  for (const { index, 0: mark } of sound.matchAll(/^<!-- (?:table|rows): .* -->[^]*?<!-- \//gm)) {
    const digit = mark.search(/\d\D*$/);
    const at = index + digit;
    const wrong = sound.slice(0, at) + ((Number(sound[at]) + 1) % 10) + sound.slice(at + 1);
    assert.equal(faultsOf(wrong).length, 1, `${page}: ${mark.slice(0, 60)}`);
    // Nor may a row be missing, or a table stand outside.
    const rows = sound.slice(0, at).lastIndexOf("\n");
    const end = sound.indexOf("\n", at);
    assert.notEqual(faultsOf(sound.slice(0, rows) + sound.slice(end)).length, 0);
    ++planted;
  }
  assert.deepEqual(faultsOf(sound), []);
}
assert.ok(planted > 20, `${planted} wrong figures planted`);

// What is said in words.
const figures = {
  overall: { accuracy: 0.7143, correct: 20, images: 28 },
  findings: [
    { true_positives: 10, false_negatives: 7, false_positives: 1, true_negatives: 10 },
    { true_positives: 4, false_negatives: 1, false_positives: 0, true_negatives: 23 },
  ],
};
writeFileSync(join(folder, "made.json"), JSON.stringify(figures));
const said = (text, where = "#/overall #/findings") => {
  const named = where.replaceAll("#", "made.json#");
  const page = join(folder, "made.md");
  writeFileSync(page, `<!-- numbers: ${named} -->\n\n${text}\n\n<!-- /numbers -->\n`);
  return checked(page).faults.map((fault) => /"(.*)" is no number/s.exec(fault)[1]);
};
assert.deepEqual(
  said("20 of 28, 0.714; 71.4% and 71%; 10 of the 17, 14 of\n28. 95% intervals"),
  [],
);
assert.deepEqual(said("0.715 and 0.714"), ["0.715"]);
assert.deepEqual(said("72% or 71,4 %"), ["72%"]);
assert.deepEqual(said("21 of 28, and 20 of 29; 20 von 28"), ["21 of 28", "20 of 29"]);
assert.deepEqual(said("10 of 17", "#/overall"), ["10 of 17"]);
assert.throws(() => said("1", "#/nothing"), /there is no \/nothing/);

const lone = join(folder, "lone.md");
const table = "| a | b |\n|---|---:|\n| c | 0.123 |\n";
writeFileSync(lone, table);
assert.equal(checked(lone).faults.length, 1);
writeFileSync(lone, `<!-- by hand: for this test -->\n\n${table}`);
assert.deepEqual(checked(lone).faults, []);
writeFileSync(lone, "<!-- table: made.json findings -->\n");
assert.throws(() => checked(lone), /no <!-- \/table --> follows/);
