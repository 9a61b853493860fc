// The parts of a card, or of another page of Markdown, whose figures come from JSON files:
//
//   <!-- table: covid.json sources -->    the table of that name (card_tables.mjs) of the file beside
//   <!-- rows: covid.json sources -->     the same, but rows may stand in another order, and their first
//                                         cell may say more than the name that it begins with
//   <!-- numbers: covid.json#/overall covid-reader.json#/findings/0 -->
//                                         every decimal with three digits, every percentage and both
//                                         parts of "7 of 9" are numbers of those parts of the files
//   <!-- text: covid-audit.json -->       what an audit says in words (card_tables.mjs)
//   <!-- /table -->, <!-- /rows -->, <!-- /numbers -->, <!-- /text -->
//   <!-- by hand: why -->                 before a table that no file has
//
// A table with such decimals that is in none of them is an error, so that none can go stale unseen.

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { auditText, markdown, tablesOf } from "./card_tables.mjs";

const begin = /^<!-- (table|rows|numbers|text): (.*) -->$/;
const decimal = /(?<![\d.])\d\.\d{3}(?!\d)/;
const isTable = (line) => /^\|.*\|$/.test(line);
const cellsOf = (line) =>
  line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());

// Each: its kind, what it names, its lines, and the number of the first of these, from 0.
function marksOf(lines) {
  const marks = [];
  for (let at = 0; at < lines.length; ++at) {
    const [, kind, what] = begin.exec(lines[at]) ?? [];
    if (kind === undefined) continue;
    const end = lines.indexOf(`<!-- /${kind} -->`, at);
    if (end < 0) throw new Error(`line ${at + 1}: no <!-- /${kind} --> follows`);
    marks.push({ kind, what, start: at + 1, end });
    at = end;
  }
  return marks;
}

function at(json, pointer) {
  const keys = pointer.split("/").slice(1);
  return keys.reduce((part, key) => {
    if (part?.[key] === undefined) throw new Error(`there is no ${pointer}`);
    return part[key];
  }, json);
}

// With the sums that people write: films with a finding, films that are called, and of the rows of a
// list.
function numbersIn(part) {
  const found = [];
  const visit = (value) => {
    if (typeof value === "number") found.push(value);
    if (typeof value !== "object" || value === null) return;
    const { true_positives: tp, false_negatives: fn } = value;
    const { false_positives: fp, true_negatives: tn } = value;
    if (tp !== undefined) found.push(tp + fn, fp + tn, tp + fp, tn + fn);
    const rows = Array.isArray(value) ? value.filter((row) => row && !Array.isArray(row)) : [];
    for (const key of Object.keys(rows[0] ?? {}))
      if (typeof rows[0][key] === "number")
        found.push(rows.reduce((sum, row) => sum + row[key], 0));
    Object.values(value).forEach(visit);
  };
  visit(part);
  return found;
}

// What stands in a text and is none of the numbers.
function strangers(text, numbers) {
  const has = (written, digits, factor = 1) =>
    numbers.some((number) => Math.abs(factor * number).toFixed(digits) === written);
  const whole = (written) => has(written.replaceAll(",", ""), 0);
  return [
    ...[...text.matchAll(new RegExp(decimal, "g"))].filter(([all]) => !has(all, 3)),
    ...[...text.matchAll(/(\d+)(?:[.,](\d))? ?%/g)].filter(
      ([, part, tenth]) =>
        part !== "95" && !has(tenth ? `${part}.${tenth}` : part, tenth ? 1 : 0, 100),
    ),
    ...[...text.matchAll(/([\d,]*\d)\s(?:of|von)\s(?:the |den )?([\d,]*\d)/g)].filter(
      ([, part, all]) => !whole(part) || !whole(all),
    ),
  ].map(([all]) => all);
}

// What is wrong with the figures of a page, a sentence each; and the page with its tables anew.
export function checked(file) {
  const folder = dirname(file);
  const lines = readFileSync(file, "utf8").split("\n");
  const read = (name) => JSON.parse(readFileSync(resolve(folder, name), "utf8"));
  const faults = [];
  const marks = marksOf(lines);
  const fault = (line, what) => faults.push(`${file}:${line + 1}: ${what}`);
  const anew = [...lines];
  for (const { kind, what, start, end } of marks.toReversed()) {
    const inside = lines.slice(start, end);
    if (kind === "numbers") {
      const numbers = what.split(" ").flatMap((place) => {
        const [name, pointer] = place.split("#");
        return numbersIn(at(read(name), pointer));
      });
      for (const one of strangers(inside.join("\n"), numbers))
        fault(start, `"${one}" is no number of ${what}`);
      continue;
    }
    const [name, part] = what.split(" ");
    const table = kind === "text" ? null : tablesOf(read(name))[part];
    if (table === undefined) throw new Error(`${file}: ${name} has no table ${part}`);
    if (kind !== "rows") {
      const wanted = ["", ...(table === null ? auditText(read(name)) : markdown(table)), ""];
      anew.splice(start, end - start, ...wanted);
      const wrong = Math.max(inside.length, wanted.length);
      for (let i = 0; i < wrong; ++i)
        if (inside[i] !== wanted[i])
          fault(start + i, `"${inside[i] ?? ""}", not "${wanted[i] ?? ""}"`);
      continue;
    }
    const rows = inside.filter(isTable).slice(2).map(cellsOf);
    for (const [first, ...rest] of rows) {
      const own = table.rows.find(([name]) => first === name || first.startsWith(`${name} `));
      if (own === undefined) fault(start, `"${first}" is no row of ${what}`);
      else if (rest.join("|") !== own.slice(1).join("|"))
        fault(start, `"${[first, ...rest].join(" | ")}", not "${own.join(" | ")}"`);
    }
    if (rows.length !== table.rows.length)
      fault(start, `${rows.length} rows; ${what} has ${table.rows.length}`);
  }
  lines.forEach((line, i) => {
    if (!isTable(line) || isTable(lines[i - 1] ?? "")) return;
    if (marks.some(({ start, end }) => i >= start && i < end)) return;
    const rows = lines.slice(
      i,
      lines.findIndex((line, j) => j > i && !isTable(line)),
    );
    const before = lines.slice(0, i).findLast((one) => one !== "") ?? "";
    if (rows.some((row) => decimal.test(row)) && !before.startsWith("<!-- by hand: "))
      fault(i, "a table of figures without a mark that says which file it comes from");
  });
  return { faults, text: anew.join("\n"), marks: marks.length };
}
