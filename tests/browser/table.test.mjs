// What is saved of results: every key in its place, and text that stays text in a spreadsheet.

import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { parseCsv } from "./csv.mjs";
import { pageModule } from "./page_module.mjs";
import { version } from "./version.mjs";

globalThis.document = { documentElement: {} }; // the page's words set its language
const { exportOne, saveTable, table } = await pageModule("export/export.ts");
const { toCsv } = await pageModule("csv.ts");

const finding = (label, more) => ({
  ...{ label, score: 0.25, threshold: 0.5, positive: false, near: false, neither: false },
  ...{ evidence_inside_lungs: null, evidence_unusual: false, peak: null, ...more },
});
const screening = (more) => ({
  file: "film.jpg",
  film: { sha256: "f00d", frame: 2, study_uid: "1.2", sop_uid: "1.2.3" },
  time: "2026-11-30T10:00:00.000Z",
  status: "ok",
  message: "",
  refusal: null,
  shown_anyway: false,
  change: null,
  operating_point: "youden",
  operating_points: ["youden", "sensitivity_90/adults"],
  findings: [],
  novelty: null,
  evidence: null,
  image: null,
  notes: [],
  model: { name: "a-model", version: "2", sha256: "ab12" },
  version: "1.2.3 (abc)",
  milliseconds: { decode: 1, prepare: 2, infer: 3, evidence: 4 },
  ...more,
});
// 9 of 10 with it above, 15 of 20 without it below.
const figures = {
  ...{ true_positives: 9, false_negatives: 1, false_positives: 5, true_negatives: 15 },
  ...{ sensitivity_95: [0.55, 0.99], specificity_95: [0.5, 0.9] },
};
const card = (findings) => ({ evaluation: { test: { findings } } });
const cards = (findings = []) => ({ cardOf: () => card(findings) });

describe("character-separated values", () => {
  const line = (style, ...cells) => toCsv([cells], style).slice(1, -2);
  const csv = (...cells) => line("csvComma", ...cells);

  test("have a mark before the first row, and each row its end", () =>
    assert.equal(
      toCsv(
        [
          ["a", 1],
          [true, "b"],
        ],
        "csvComma",
      ),
      "\uFEFFa,1\r\ntrue,b\r\n",
    ));

  test("are quoted where they hold what separates, and only there", () => {
    assert.equal(csv("plain text; with\ttab"), "plain text; with\ttab");
    assert.equal(csv("a,b", 'a "b"', "a\nb", "a\rb"), '"a,b","a ""b""","a\nb","a\rb"');
    assert.equal(line("csvSemicolon", "a,b", "a;b"), 'a,b;"a;b"');
    assert.equal(line("csvTab", "a,b", "a\tb"), 'a,b\t"a\tb"');
  });

  test("have the decimal mark of their style", () => {
    assert.equal(csv(0.25, -1, "0.5"), "0.25,-1,0.5");
    assert.equal(line("csvSemicolon", 0.25, "0.5"), "0,25;0.5");
    assert.equal(line("csvTab", 0.25), "0.25");
  });

  test("are text where a spreadsheet would see a formula, and numbers stay numbers", () => {
    for (const first of ["=", "+", "-", "@", "\t"]) assert.equal(csv(`${first}1`), `'${first}1`);
    assert.equal(csv("\r1"), `"'\r1"`);
    assert.equal(csv(-1, "a=1", "1-1"), "-1,a=1,1-1");
  });
});

describe("a table of results", () => {
  // By the names of its columns.
  const rows = (screenings, of = cards()) => {
    const [names, ...lines] = parseCsv(table(screenings, "csvComma", of).slice(1));
    return lines.map((line) => Object.fromEntries(names.map((name, i) => [name, line[i]])));
  };

  test("says of each film which it was, by what it was scored, and what came of it", () => {
    const { notice, ...row } = rows([
      screening({
        status: "refused",
        refusal: { type: "blank" },
        message: "It is blank.",
        notes: ["One.", "Two."],
        shown_anyway: true,
        change: "inverted",
        novelty: { distance: 1.5, threshold: 2 },
      }),
    ])[0];
    assert.match(notice, /Not a medical device/);
    assert.deepEqual(row, {
      ...{ file: "film.jpg", file_sha256: "f00d", frame: "2", study_uid: "1.2", sop_uid: "1.2.3" },
      ...{ time: "2026-11-30T10:00:00.000Z", model: "a-model", model_version: "2" },
      ...{
        model_sha256: "ab12",
        operating_point: "youden",
        program_version: "1.2.3 (abc)",
        status: "refused",
      },
      ...{ refusal: "blank", reason: "It is blank.", notes: "One. Two.", shown_anyway: "true" },
      ...{ change: "inverted", distance: "1.5", distance_limit: "2" },
    });
    const plain = rows([screening()])[0];
    for (const name of ["refusal", "notes", "change", "distance", "distance_limit"])
      assert.equal(plain[name], "", name);
  });

  test("has the notice once, in the first row", () => {
    const [first, second] = rows([screening(), screening()]);
    assert.notEqual(first.notice, "");
    assert.equal(second.notice, "");
  });

  const ofOne = (row, label) =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([name]) => name.startsWith(`${label} `))
        .map(([name, value]) => [name.slice(label.length + 1), value]),
    );

  test("has the columns of each finding of any film, in the order of their coming", () => {
    const inside = { evidence_inside_lungs: 0.75, evidence_unusual: true };
    const measured = [{ label: "covid", ...figures }];
    const screenings = [
      screening({ findings: [finding("normal", inside)] }),
      screening({
        findings: [finding("covid", { score: 0.5, positive: true, near: true }), finding("normal")],
      }),
    ];
    const [names] = parseCsv(table(screenings, "csvComma", cards()).slice(1));
    assert.ok(names.indexOf("normal score") < names.indexOf("covid score"));
    const [first, second] = rows(screenings, cards(measured));
    assert.deepEqual(ofOne(first, "normal"), {
      ...{ score: "0.25", threshold: "0.5", above: "false", near: "false" },
      ...{ evidence_inside_lungs: "0.75", evidence_unusual: "true" },
      ...{ sensitivity: "", sensitivity_95_low: "", sensitivity_95_high: "" },
      ...{ sensitivity_films: "", specificity: "", specificity_95_low: "" },
      ...{ specificity_95_high: "", specificity_films: "" },
    });
    for (const value of Object.values(ofOne(first, "covid"))) assert.equal(value, "");
    assert.deepEqual(ofOne(second, "covid"), {
      ...{ score: "0.5", threshold: "0.5", above: "true", near: "true" },
      ...{ evidence_inside_lungs: "", evidence_unusual: "" },
      ...{ sensitivity: "0.9", sensitivity_95_low: "0.55", sensitivity_95_high: "0.99" },
      ...{ sensitivity_films: "10", specificity: "0.75", specificity_95_low: "0.5" },
      ...{ specificity_95_high: "0.9", specificity_films: "20" },
    });
  });

  test("says of no side what is on none: a label of no finding, and one without a threshold", () => {
    const of = cards([
      { label: "normal", ...figures },
      { label: "nodule", ...figures },
    ]);
    const [row] = rows(
      [
        screening({
          findings: [
            finding("normal", { neither: true, positive: true }),
            finding("nodule", { threshold: null }),
          ],
        }),
      ],
      of,
    );
    for (const label of ["normal", "nodule"]) {
      const { score, ...rest } = ofOne(row, label);
      assert.equal(score, "0.25");
      for (const [name, value] of Object.entries(rest)) assert.equal(value, "", name);
    }
  });

  test("gives no share of fewer than ten films, but how many there were; others to four digits", () => {
    const few = { ...figures, true_positives: 8 };
    const [row] = rows([screening({ findings: [finding("a")] })], cards([{ label: "a", ...few }]));
    assert.deepEqual(
      [row["a sensitivity"], row["a sensitivity_95_low"], row["a sensitivity_films"]],
      ["", "", "9"],
    );
    const third = { ...figures, true_negatives: 10, false_positives: 20 };
    const [other] = rows(
      [screening({ findings: [finding("a")] })],
      cards([{ label: "a", ...third }]),
    );
    assert.equal(other["a specificity"], "0.3333");
  });
});

test("figures are those of the operating point that judged the film", () => {
  const card = {
    evaluation: {
      test: {
        findings: [{ label: "a", ...figures }],
        operating_sets: [
          { name: "sensitivity_90", population: "all", findings: [] },
          {
            ...{ name: "sensitivity_90", population: "adults", findings: [] },
            adults: { findings: [{ label: "a", ...figures, true_positives: 19 }] },
          },
        ],
      },
    },
  };
  const of = (operating_point) => {
    const one = screening({ operating_point, findings: [finding("a")] });
    const text = table([one], "csvComma", { cardOf: () => card });
    const [names, values] = parseCsv(text.slice(1));
    return ["operating_point", "a sensitivity", "a sensitivity_films", "a specificity_films"].map(
      (name) => values[names.indexOf(name)],
    );
  };
  assert.deepEqual(of("youden"), ["youden", "0.9", "10", "20"]);
  assert.deepEqual(of("sensitivity_90/adults"), ["sensitivity_90/adults", "0.95", "20", "20"]);
  // Of what was not measured there are no figures, not even another's.
  for (const point of ["sensitivity_90", "sensitivity_95"])
    assert.deepEqual(of(point), [point, "", "", ""]);
});

test("one result has the notice before its own keys", () => {
  const one = screening({ findings: [finding("normal")] });
  const text = exportOne(one);
  const { notice, ...rest } = JSON.parse(text);
  assert.match(notice, /Not a medical device/);
  assert.deepEqual(rest, one);
  assert.match(text, /^{\n {2}"notice": .*}\n$/s);
});

test("a table is saved by a click, and its text let go a minute later", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const released = mock.method(URL, "revokeObjectURL", () => {});
  const made = mock.method(URL, "createObjectURL", () => "blob:of-the-table");
  const clicked = [];
  document.createElement = () => ({
    click() {
      clicked.push(this);
    },
  });
  const one = screening({ findings: [finding("covid")] });
  const other = { name: "b-model", version: "1", sha256: "cd34" };
  const two = screening({ findings: [finding("covid")], model: other });
  const films = [[one], [], [one, two]].map((screenings) => ({
    results: screenings.map((screening) => ({ screening })),
  }));
  // Each model was measured on films of its own.
  const of = {
    cardOf: ({ model: { sha256 } }) =>
      card([{ label: "covid", ...figures, true_positives: sha256 === other.sha256 ? 19 : 9 }]),
  };
  const saved = () => made.mock.calls.at(-1).arguments[0];

  saveTable({ format: "csv", style: "csvSemicolon" }, films, of);
  assert.match(clicked[0].download, /\.csv$/);
  assert.equal(clicked[0].href, "blob:of-the-table");
  assert.equal(saved().type, "text/csv");
  assert.equal(`\uFEFF${await saved().text()}`, table([one, one, two], "csvSemicolon", of));

  saveTable({ format: "json" }, films, of);
  assert.match(clicked[1].download, /\.json$/);
  assert.equal(saved().type, "application/json");
  const { notice, models, screenings, version: by } = JSON.parse(await saved().text());
  assert.match(notice, /Not a medical device/);
  assert.equal(by, version);
  assert.deepEqual(screenings, [one, one, two]);
  assert.deepEqual(
    models.map(({ name, sha256, figures: [{ label, test }] }) => [name, sha256, label, test.films]),
    [
      ["a-model", "ab12", "covid", 30],
      ["b-model", "cd34", "covid", 40],
    ],
  );

  mock.timers.tick(59_999);
  assert.equal(released.mock.callCount(), 0, "the browser may still be reading");
  mock.timers.tick(1);
  assert.deepEqual(
    released.mock.calls.map((call) => call.arguments[0]),
    ["blob:of-the-table", "blob:of-the-table"],
  );
});
