// What is saved of results: every key in its place, and text that stays text in a spreadsheet.

import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { pageModule } from "./page_module.mjs";

globalThis.document = { documentElement: {} }; // the page's words set its language
const { exportOne, saveTable, table } = await pageModule("export.ts");
const { toCsv } = await pageModule("csv.ts");

const finding = (label, score, threshold, inside) => ({
  label,
  score,
  threshold,
  positive: score >= threshold,
  evidence_inside_lungs: inside,
});
const screening = (more) => ({
  version: "1.2.3",
  file: "film.jpg",
  status: "ok",
  message: "",
  refusal: null,
  shown_anyway: false,
  findings: [],
  novelty: null,
  evidence: null,
  image: null,
  model: { name: "a-model", sha256: "ab12" },
  milliseconds: { decode: 1, prepare: 2, infer: 3, evidence: 4 },
  ...more,
});

describe("comma-separated values", () => {
  const line = (...cells) => toCsv([cells]).slice(1, -2);

  test("have a mark before the first row, and each row its end", () =>
    assert.equal(
      toCsv([
        ["a", 1],
        [true, "b"],
      ]),
      "\uFEFFa,1\r\ntrue,b\r\n",
    ));

  test("are quoted where they hold what separates, and only there", () => {
    assert.equal(line("plain text"), "plain text");
    assert.equal(line("a,b", 'a "b"', "a\nb", "a\rb"), '"a,b","a ""b""","a\nb","a\rb"');
  });

  test("are text where a spreadsheet would see a formula, and numbers stay numbers", () => {
    for (const first of ["=", "+", "-", "@", "\t"]) assert.equal(line(`${first}1`), `'${first}1`);
    assert.equal(line("\r1"), `"'\r1"`);
    assert.equal(line(-1, "a=1", "1-1"), "-1,a=1,1-1");
  });
});

describe("a table of results", () => {
  const rows = (...screenings) =>
    table(screenings)
      .slice(1)
      .trimEnd()
      .split("\r\n")
      .map((line) => line.match(/"(?:[^"]|"")*"|[^,]+|(?<=,|^)(?=,|$)/g));

  test("has four columns for each finding of any film, in the order of their coming", () => {
    const [header, first, second] = rows(
      screening({ findings: [finding("normal", 0.25, 0.5, 0.75)] }),
      screening({
        file: "b.jpg",
        findings: [finding("covid", 0.5, 0.5, null), finding("normal", 0, 0.25, 0)],
      }),
    );
    assert.deepEqual(header, [
      ...["file", "status", "refusal", "shown_anyway", "message"],
      ...["normal", "normal threshold", "normal above", "normal evidence_inside_lungs"],
      ...["covid", "covid threshold", "covid above", "covid evidence_inside_lungs"],
      ...["model", "model_sha256", "version", "notice"],
    ]);
    const about = ["a-model", "ab12", "1.2.3"];
    const start = ["ok", "", "false", ""];
    assert.deepEqual(first.slice(0, -1), [
      ...["film.jpg", ...start, "0.25", "0.5", "false", "0.75", "", "", "", "", ...about],
    ]);
    assert.deepEqual(second.slice(0, -1), [
      ...["b.jpg", ...start, "0", "0.25", "false", "0", "0.5", "0.5", "true", "", ...about],
    ]);
    assert.match(second.at(-1), /Not a medical device/);
  });

  test("says of a refused film why, and whether it was shown anyway", () => {
    const refused = {
      status: "refused",
      refusal: { type: "blank" },
      shown_anyway: true,
      message: "It is blank.",
    };
    const [, row] = rows(screening(refused));
    assert.deepEqual(row.slice(0, 5), ["film.jpg", "refused", "blank", "true", "It is blank."]);
  });
});

test("one result has the notice before its own keys", () => {
  const one = screening({ findings: [finding("normal", 0.25, 0.5, 0.75)] });
  const text = exportOne(one);
  const { notice, ...rest } = JSON.parse(text);
  assert.match(notice, /Not a medical device/);
  assert.deepEqual(rest, one);
  assert.match(text, /^{\n {2}"notice": .*}\n$/s);
});

test("a table is saved by a click, and its text let go a minute later", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const released = mock.method(URL, "revokeObjectURL", () => {});
  const kept = mock.method(URL, "createObjectURL", () => "blob:of-the-table");
  const clicked = [];
  document.createElement = () => ({
    click() {
      clicked.push(this);
    },
  });
  const one = screening({ findings: [finding("normal", 0.25, 0.5, 0.75)] });
  const films = [{ screening: one }, { screening: null }, { screening: one }];
  const saved = () => kept.mock.calls.at(-1).arguments[0];

  saveTable("csv", films);
  assert.match(clicked[0].download, /\.csv$/);
  assert.equal(clicked[0].href, "blob:of-the-table");
  assert.equal(saved().type, "text/csv");
  assert.equal(`\uFEFF${await saved().text()}`, table([one, one]));

  saveTable("json", films);
  assert.match(clicked[1].download, /\.json$/);
  assert.equal(saved().type, "application/json");
  const { notice, screenings } = JSON.parse(await saved().text());
  assert.match(notice, /Not a medical device/);
  assert.deepEqual(screenings, [one, one]);

  mock.timers.tick(59_999);
  assert.equal(released.mock.callCount(), 0, "the browser may still be reading");
  mock.timers.tick(1);
  assert.deepEqual(
    released.mock.calls.map((call) => call.arguments[0]),
    ["blob:of-the-table", "blob:of-the-table"],
  );
});
