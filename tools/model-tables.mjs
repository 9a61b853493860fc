// The tables of a model card, from the figures that cxr-distill wrote:
//   node tools/model-tables.mjs weights/covid.json [weights/covid-novelty.json ...]
// prints all that a file has, each under its name; the files are of evaluate, audit, novelty, evidence,
// leave-one-source-out, ablation, and cxr-screen --format json (its rows under two names, old.json new.json, are
// put side by side). So no figure of a card is typed by hand.
//   node tools/model-tables.mjs --check PAGE.md ...    compares the marked parts (card_marks.mjs)
//   node tools/model-tables.mjs --write PAGE.md ...    and writes marked tables anew

import { readFileSync, writeFileSync } from "node:fs";
import { checked } from "./card_marks.mjs";
import { auditText, markdown, overUnits, screened, tablesOf } from "./card_tables.mjs";

const readRows = (file) => {
  const text = readFileSync(file, "utf8").trim();
  try {
    return JSON.parse(text);
  } catch {
    return text.split("\n").map((line) => JSON.parse(line)); // a row a film
  }
};

function print(file, json) {
  const { model, sha256, intervals_over: over, dataset, dataset_sha256: digest, split } = json;
  console.log(`# ${file}\n`);
  if (sha256 !== undefined) console.log(`${model}, SHA-256 \`${sha256}\`\n`);
  if (over !== undefined)
    console.log(
      `Split ${split} of ${dataset} (${digest}); 95% intervals over ${overUnits(over)}.\n`,
    );
  if (json.bad_news !== undefined) console.log(["## Audit", "", ...auditText(json), ""].join("\n"));
  for (const [name, table] of Object.entries(tablesOf(json)))
    console.log([`${name}:`, "", ...markdown(table), ""].join("\n"));
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--check" || first === "--write") {
  for (const page of rest) {
    if (first === "--write") writeFileSync(page, checked(page).text);
    const { faults, marks } = checked(page);
    console.log([...faults, `${page}: ${marks} marked parts, ${faults.length} faults`].join("\n"));
    if (faults.length > 0) process.exitCode = 1;
  }
} else if (first === undefined) {
  console.error(
    "usage: node tools/model-tables.mjs FIGURES.json ... | --check|--write PAGE.md ...",
  );
  process.exitCode = 2;
} else {
  const read = [first, ...rest].map((file) => [file, readRows(file)]);
  const rows = read.map(([, json]) => json).filter(Array.isArray);
  for (const [file, json] of read) if (!Array.isArray(json)) print(file, json);
  if (rows.length > 0) console.log(markdown(screened(rows)).join("\n"));
}
