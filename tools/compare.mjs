// Lays two screenings of the same films side by side: compare.mjs NATIVE.jsonl BROWSER.jsonl
// One row a film, with its leading finding and the largest difference among all its scores.
// Exit status 1 if the two say different things.

import { readFileSync } from "node:fs";
import { basename } from "node:path";

// Scores come from the same code; what may differ is the last digits of a sum.
const allowed = 1e-4;

const read = (file) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

const [native, browser] = process.argv.slice(2).map(read);

const leading = (findings) =>
  findings.reduce((best, finding) => (finding.score > best.score ? finding : best));

function compared(a, b) {
  const film = basename(a.file);
  if (a.status !== b?.status || a.findings.length !== b.findings.length)
    return { film, finding: `${a.status}: ${a.message}`, browser: b?.status, difference: Infinity };
  if (a.status !== "ok") return { film, finding: `${a.status}: ${a.message}`, difference: 0 };
  const difference = Math.max(
    ...a.findings.map((finding, i) =>
      finding.label === b.findings[i].label
        ? Math.abs(finding.score - b.findings[i].score)
        : Infinity,
    ),
  );
  const best = leading(a.findings);
  const same = b.findings.find((finding) => finding.label === best.label);
  return {
    film,
    finding: best.label,
    native: best.score.toFixed(6),
    browser: same?.score.toFixed(6),
    difference,
  };
}

const rows = native.map((screening, i) => compared(screening, browser[i]));
const columns = ["film", "finding", "native", "browser", "difference"];
const cells = [
  columns,
  ...rows.map((row) => [
    row.film,
    row.finding,
    row.native ?? "",
    row.browser ?? "",
    row.difference.toExponential(1),
  ]),
];
const widths = columns.map((_, c) => Math.max(...cells.map((row) => row[c].length)));
for (const row of cells) console.log(row.map((cell, c) => cell.padEnd(widths[c])).join("  "));

const largest = Math.max(...rows.map((row) => row.difference));
const counted = rows.length === browser.length;
console.log(`\nLargest difference of a score: ${largest.toExponential(1)} in ${rows.length} films`);
if (!counted || !(largest <= allowed)) {
  console.error(
    `tools/run: native code and browser disagree; expected ${rows.length} films and at most ${allowed}.`,
  );
  process.exit(1);
}
