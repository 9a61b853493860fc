// Figures: medians, tables, and the JSON that every bench leaves behind.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { processor } from "./processor.mjs";

export const kRoot = resolve(import.meta.dirname, "../..");
export const kResults = resolve(kRoot, "build/bench");

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// rows: arrays of texts, the first the head. The first column is text, the others stand to the right.
export function table(rows) {
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  const line = (row) =>
    row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join("  ");
  const [head, ...body] = rows.map(line);
  return [head, widths.map((width) => "-".repeat(width)).join("  "), ...body].join("\n");
}

// Three digits that count.
export function short(number) {
  if (number === undefined || Number.isNaN(number)) return "–";
  if (number >= 100) return number.toFixed(0);
  return number.toPrecision(3);
}

// "holds" or "does not hold" of each of an issue's claims: [claim, value, limit, holds].
export const claimTable = (claims) =>
  table([
    ["must hold", "measured", "wanted", ""],
    ...claims.map(({ claim, measured, wanted, holds }) => [
      claim,
      measured,
      wanted,
      holds ? "holds" : "does not hold",
    ]),
  ]);

// Apart by processor, so that one's figures are not taken for another's.
export function writeResults(name, results) {
  const folder = resolve(kResults, processor().replaceAll(/[^\w.]+/g, "-"));
  mkdirSync(folder, { recursive: true });
  const file = resolve(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify({ ...circumstances(), ...results }, null, 1)}\n`);
  console.log(`\nwritten to ${relative(kRoot, file)}`);
}

export function circumstances() {
  const git = (...command) => execFileSync("git", command, { cwd: kRoot, encoding: "utf8" }).trim();
  return {
    date: new Date().toISOString(),
    revision: git("describe", "--always", "--dirty"),
    processor: processor(),
    load: readFileSync("/proc/loadavg", "utf8").split(" ")[0], // what else the machine did
    node: process.version,
  };
}

export function versionsOf(packages) {
  const lock = JSON.parse(readFileSync(resolve(import.meta.dirname, "package-lock.json"), "utf8"));
  return Object.fromEntries(
    packages.map((name) => [name, lock.packages[`node_modules/${name}`].version]),
  );
}
