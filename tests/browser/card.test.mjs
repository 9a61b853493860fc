// What the page reads from a model card, which is whatever a file holds.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pageModule } from "./page_module.mjs";

const { evidenceInside, evidenceOf, figuresOf, neitherOf, populationOf } =
  await pageModule("models/figures.ts");
const { chosenOf, isUnmeasured } = await pageModule("models/operating_points.ts");
const { hasLungNetwork, lungFiguresOf, viewOf } = await pageModule("models/card_lungs.ts");
const { textsOf } = await pageModule("models/card_texts.ts");
const { curveOf, splitsOf } = await pageModule("model_evaluation.ts");

describe("the figures of a finding", () => {
  const finding = {
    label: "b",
    ...{ true_positives: 9, false_negatives: 1, false_positives: 5, true_negatives: 15 },
    ...{ sensitivity_95: [0.5, 1], specificity_95: [0, 0.875] },
  };
  const card = (test) => ({ evaluation: { test } });
  const whole = {
    films: 30,
    adults: false,
    sensitivity: { value: 0.9, low: 0.5, high: 1, count: 9, of: 10 },
    specificity: { value: 0.75, low: 0, high: 0.875, count: 15, of: 20 },
  };

  test("are those of the label, with the counts behind them", () =>
    assert.deepEqual(
      figuresOf(
        card({ findings: [{ ...finding, label: "a" }, null, finding] }),
        "youden",
        "b",
        false,
      ),
      whole,
    ));

  test("are those of adults, unless the film is a child's or there are none", () => {
    const adults = { findings: [{ ...finding, true_positives: 4 }] };
    const both = card({ findings: [finding], adults });
    const ofAdults = figuresOf(both, "youden", "b", false);
    assert.deepEqual(
      [ofAdults.adults, ofAdults.films, ofAdults.sensitivity.count, ofAdults.sensitivity.of],
      [true, 25, 4, 5],
    );
    assert.deepEqual(figuresOf(both, "youden", "b", true), whole);
    const other = card({ findings: [finding], adults: { findings: [] } });
    assert.deepEqual(figuresOf(other, "youden", "b", false), whole);
  });

  test("are those of the operating point, and never another's", () => {
    const set = { name: "sensitivity_90", population: "all" };
    const own = { ...finding, true_positives: 19 };
    const of = (sets, point) =>
      figuresOf(card({ findings: [finding], operating_sets: sets }), point, "b", false);
    assert.equal(of([{ ...set, findings: [own] }], "sensitivity_90").sensitivity.count, 19);
    assert.deepEqual(of([{ ...set, findings: [own] }], "youden"), whole);
    const adults = { findings: [{ ...finding, true_positives: 3 }] };
    const both = [{ ...set, population: "adults", findings: [own], adults }];
    assert.equal(of(both, "sensitivity_90/adults").sensitivity.count, 3);
    for (const [sets, point] of [
      [both, "sensitivity_90"],
      [both, "youden/adults"],
      [[{ ...set, findings: [] }], "sensitivity_90"],
      [[null, 3, { ...set, findings: "all" }], "sensitivity_90"],
      ["none", "sensitivity_90"],
      [undefined, "sensitivity_90"],
    ])
      assert.equal(of(sets, point), null);
  });

  test("how a threshold was chosen is read of its own operating point", () => {
    const point = { label: "b", positives: 3, cases: 10 };
    const range = { threshold_95: { low: 0.25, high: 0.5 } };
    const card = {
      calibration: { operating_points: [{ label: "a" }, { ...point, threshold: 0.4, ...range }] },
      operating_sets: [{ name: "sensitivity_95", population: "adults", points: [point] }],
    };
    assert.deepEqual(chosenOf(card, "youden", "b"), {
      threshold: 0.4,
      range: [0.25, 0.5],
      positives: 3,
      others: 7,
      source: null,
    });
    const without = { threshold: null, range: null, positives: 3, others: 7, source: null };
    assert.deepEqual(chosenOf(card, "sensitivity_95/adults", "b"), without);
    const nothing = { threshold: null, range: null, positives: null, others: null, source: null };
    for (const other of [{}, { calibration: 3 }, { calibration: { operating_points: [null] } }])
      assert.deepEqual(chosenOf(other, "youden", "b"), nothing);
    assert.deepEqual(chosenOf(card, "sensitivity_95", "b"), nothing);
    // Of the default a threshold that nobody chose is none.
    card.calibration.operating_points[1].positives = 0;
    assert.equal(chosenOf(card, "youden", "b").threshold, null);
    // What an imported network came with counts only where nobody measured anything.
    const imported = {
      ...card,
      training: { imported: { thresholds_of_the_source: { b: 0.125 } } },
    };
    assert.equal(chosenOf(imported, "youden", "b").source, null);
    imported.calibration.operating_points[1].cases = 0;
    assert.equal(chosenOf(imported, "youden", "b").source, 0.125);
    assert.equal(isUnmeasured(imported), false, "the other label says nothing of films");
    imported.calibration.operating_points[0].cases = 0;
    assert.equal(isUnmeasured(imported), true);
  });

  test("are none where the card says nothing of it", () => {
    const cards = [{}, { evaluation: null }, card(null), card({ findings: "all" }), card({})];
    for (const each of [...cards, card({ findings: [{ ...finding, label: "a" }] })])
      assert.equal(figuresOf(each, "youden", "b", false), null);
  });

  test("have no share of no films, and no interval that cannot be one", () => {
    const of = (more) =>
      figuresOf(card({ findings: [{ ...finding, ...more }] }), "youden", "b", false);
    assert.equal(of({ true_positives: 0, false_negatives: 0 }).sensitivity, null);
    assert.equal(of({ false_positives: 0, true_negatives: 0 }).specificity, null);
    assert.equal(of({ true_positives: 0 }).sensitivity.value, 0);
    for (const wrong of [-1, 2.5, Infinity, "9", null])
      assert.equal(of({ true_positives: wrong }).sensitivity.of, 1, String(wrong));
    for (const [interval, low, high] of [
      [[-0.1, 1.1], null, null],
      [["0", 1], null, 1],
      [[0], 0, null],
      ["all", null, null],
    ]) {
      const { sensitivity } = of({ sensitivity_95: interval });
      assert.deepEqual([sensitivity.low, sensitivity.high], [low, high], String(interval));
    }
  });
});

describe("for whom a model was measured", () => {
  const of = (test) => populationOf({ evaluation: { test } });

  test("stands in the card's ages", () => {
    assert.deepEqual(of({ ages: { children: 1, adults: 20, unknown: 300 } }), {
      films: 321,
      children: 1,
      adults: 20,
      unknown: 300,
    });
    const none = { films: 0, children: 0, adults: 0, unknown: 0 };
    assert.deepEqual(of({ ages: { children: -1, adults: "20" } }), none);
  });

  test("or in its sources, of which one is of children", () => {
    assert.deepEqual(
      of({ by_source: { kermany: { images: 3 }, rsna: { images: 40 }, cohen: { images: 5 } } }),
      { films: 48, children: 3, adults: 0, unknown: 45 },
    );
    assert.deepEqual(of({ by_source: { kermany: { images: 3 } } }).children, 3);
  });

  test("or nowhere", () => {
    for (const test of [undefined, null, {}, { by_source: { rsna: { images: 0 } } }])
      assert.equal(of(test), null);
  });
});

test("where the evidence of a model lay, of all its findings", () => {
  const rows = [
    { label: "a", positive: 10, mostly_inside: 7 },
    { label: "b", positive: 5, mostly_inside: 5 },
    { label: "none of them", positive: 100, mostly_inside: 1 },
    null,
  ];
  // Only a lung network knows.
  const evaluation = { test: { evidence_inside_lungs: rows } };
  assert.deepEqual(evidenceOf({ evaluation, lungs: {} }), rows);
  for (const lungs of [undefined, null, [], "yes"])
    assert.equal(evidenceOf({ evaluation, lungs }), null);
  assert.deepEqual(evidenceInside(rows, "none of them"), { films: 15, mostlyInside: 12 });
  assert.deepEqual(evidenceInside(rows, null), { films: 115, mostlyInside: 13 });
  for (const none of [[], "all", null, [{ label: "a", positive: 0, mostly_inside: 0 }]])
    assert.equal(evidenceInside(none, null), null);
});

describe("the lungs of a model", () => {
  test("are a part of the film that it sees, or it sees the whole", () => {
    const view = { film: 224, margin: 0.035, mean: 0.5, deviation: 0.175, outside: "faded" };
    assert.deepEqual(viewOf({ view }), { margin: 0.035, keepsOutside: false });
    assert.equal(viewOf({ view: { ...view, outside: "kept" } }).keepsOutside, true);
    for (const view of [undefined, null, [], "all", {}, { margin: "0.1" }, { margin: NaN }])
      assert.equal(viewOf({ view }), null);
  });

  test("are known where there is a network for them", () => {
    assert.equal(hasLungNetwork({ lungs: {} }), true);
    for (const lungs of [undefined, null, [], "lungs", 1])
      assert.equal(hasLungNetwork({ lungs }), false);
  });

  test("were found as well as its test films say; what does not fit is left out", () => {
    const row = { films: "all", count: 9, dice: 0.95, dice_95: [0.94, 0.96] };
    const of = (test) => lungFiguresOf({ lungs: { evaluation: { test, val: [row] } } });
    assert.deepEqual(of([{ ...row, dice_10: 0.92, area_error: 1.5 }]), [
      {
        ...{ films: "all", count: 9, dice: { value: 0.95, low: 0.94, high: 0.96 } },
        ...{ tenth: 0.92, areaError: 1.5 },
      },
    ]);
    const [odd] = of([{ ...row, dice_95: "all", dice_10: 2, area_error: -1 }]);
    assert.deepEqual([odd.dice.low, odd.tenth, odd.areaError], [null, null, null]);
    const wrongs = [{ films: 4 }, { count: 0 }, { count: 1.5 }, { count: "9" }, { dice: 1.1 }];
    for (const wrong of [...wrongs, { dice: null }, { dice: [] }])
      assert.deepEqual(of([{ ...row, ...wrong }]), [], JSON.stringify(wrong));
    for (const wrong of [undefined, null, {}, "all", [null, "all", [row], 3]])
      assert.deepEqual(of(wrong), []);
    for (const lungs of [undefined, null, [], { evaluation: [] }, { evaluation: "test" }])
      assert.deepEqual(lungFiguresOf({ lungs }), []);
  });
});

test("which label means none of the others", () => {
  assert.equal(neitherOf({ neither: "normal" }), "normal");
  for (const card of [{}, { neither: null }, { neither: 3 }]) assert.equal(neitherOf(card), null);
});

test("what whoever made a file says of its use", () => {
  assert.deepEqual(
    textsOf({
      intended_use: " Research.\nNothing else. ",
      licence: "CC BY 4.0",
      citation: "A 2026",
    }),
    { intendedUse: "Research.\nNothing else.", licence: "CC BY 4.0", citation: "A 2026" },
  );
  const unsaid = { intendedUse: null, licence: null, citation: null };
  assert.deepEqual(textsOf({}), unsaid);
  assert.deepEqual(textsOf({ intended_use: " ", licence: 4, citation: ["A"] }), unsaid);
});

describe("an evaluation", () => {
  const overall = { images: 40, accuracy: 0.75, accuracy_95: [0.5, 0.875] };
  const finding = {
    label: "covid",
    ...{ sensitivity: 0.5, sensitivity_95: [0.25, 0.75] },
    ...{ specificity: 0, area_under_roc: 1 },
    roc: [
      [0, 0],
      [0, 0.5],
      [1, 1],
    ],
    reliability: [[0.5, 0.5]],
  };
  const of = (split, name = "val") => splitsOf({ evaluation: { [name]: split } });

  test("has all images first, then each source, with their intervals", () => {
    const [{ name, groups }] = of({
      overall,
      by_source: { "a hospital": { images: 0, accuracy: 1 } },
    });
    assert.equal(name, "val");
    assert.deepEqual(groups, [
      { name: "", images: 40, accuracy: { value: 0.75, low: 0.5, high: 0.875 } },
      { name: "a hospital", images: 0, accuracy: { value: 1, low: null, high: null } },
    ]);
  });

  test("has the figures and curves of each finding", () => {
    const [{ labels, roc, reliability }] = of({ findings: [finding, null, [], "covid"] });
    assert.deepEqual(labels, [
      {
        label: "covid",
        sensitivity: { value: 0.5, low: 0.25, high: 0.75 },
        specificity: { value: 0, low: null, high: null },
        areaUnderRoc: { value: 1, low: null, high: null },
        averagePrecision: null,
        brierScore: null,
      },
    ]);
    assert.deepEqual([...roc], [["covid", finding.roc]]);
    assert.deepEqual([...reliability], [], "one point is no curve");
  });

  test("two points are a curve", () => {
    const reliability = finding.roc.slice(0, 2);
    assert.deepEqual(
      [...of({ findings: [{ ...finding, reliability }] })[0].reliability],
      [["covid", reliability]],
    );
  });

  test("has average precision and Brier score where the file has them with an interval", () => {
    const figures = { average_precision: 0.5, brier_score: 0.25, brier_score_95: [0.2, 0.3] };
    const labelsOf = (more) => of({ findings: [{ ...finding, ...figures, ...more }] })[0].labels[0];
    assert.deepEqual(labelsOf({}).brierScore, { value: 0.25, low: 0.2, high: 0.3 });
    assert.equal(labelsOf({}).averagePrecision, null);
    const averagePrecision = { value: 0.5, low: 0.4, high: 0.6 };
    assert.deepEqual(
      labelsOf({ average_precision_95: [0.4, 0.6] }).averagePrecision,
      averagePrecision,
    );
  });

  test("has subgroups with their counts, column by column", () => {
    const mean = { mean_area_under_roc: 0.75, mean_area_under_roc_95: [0.5, 1] };
    const subgroups = {
      sex: [
        { value: "F", images: 3, overall: { accuracy: 0.5 }, accuracy: 0.9, ...mean },
        { value: "unknown", images: 1, accuracy: 1, mean_area_under_roc: null },
        { value: 4, images: 1 },
        { value: "M", images: "1" },
        null,
      ],
      age: "all",
    };
    assert.deepEqual(of({ overall, subgroups })[0].subgroups, [
      {
        ...{ column: "sex", value: "F", images: 3 },
        accuracy: { value: 0.5, low: null, high: null },
        areaUnderRoc: { value: 0.75, low: 0.5, high: 1 },
      },
      {
        ...{ column: "sex", value: "unknown", images: 1 },
        accuracy: { value: 1, low: null, high: null },
        areaUnderRoc: null,
      },
    ]);
    assert.deepEqual(of({ overall })[0].subgroups, []);
  });

  test("says over what its intervals are, if the file does", () => {
    const intervals_over = { patients: 0, images_without_patient: 9 };
    assert.deepEqual(of({ overall, intervals_over })[0].over, { patients: 0, withoutPatient: 9 });
    for (const wrong of [undefined, null, {}, { patients: 3 }, "patients"])
      assert.equal(of({ overall, intervals_over: wrong })[0].over, null);
  });

  test("leaves out a finding of which a figure is missing or can not be", () => {
    for (const key of ["sensitivity", "specificity", "area_under_roc"])
      for (const wrong of [undefined, "0.5", -0.01, 1.01, NaN])
        assert.deepEqual(
          of({ overall, findings: [{ ...finding, [key]: wrong }] })[0].labels,
          [],
          `${key} ${wrong}`,
        );
  });

  test("leaves out a group without a count or an accuracy", () => {
    for (const wrong of [{ images: 3 }, { accuracy: 0.5 }, { images: "3", accuracy: 0.5 }])
      assert.deepEqual(of({ overall, by_source: { a: wrong } })[0].groups.length, 1);
  });

  test("has who was called what", () => {
    const [{ classes, confusion }] = of({
      overall: {
        ...overall,
        classes: [{ label: "a" }, { label: "b" }],
        confusion: [
          [3, "x"],
          [0, 4],
        ],
      },
    });
    assert.deepEqual(classes, ["a", "b"]);
    assert.deepEqual(confusion, [
      [3, 0],
      [0, 4],
    ]);
  });

  test("the test split comes first, and what says nothing is left out", () => {
    const evaluation = {
      val: { overall },
      note: "text",
      empty: {},
      test: { findings: [finding] },
      other: { overall },
    };
    assert.deepEqual(
      splitsOf({ evaluation }).map(({ name }) => name),
      ["test", "val", "other"],
    );
    for (const evaluation of [undefined, null, [], "none"])
      assert.deepEqual(splitsOf({ evaluation }), []);
  });

  test("a curve has the points that are two numbers", () =>
    assert.deepEqual(curveOf([[0, 1], [2], ["3", 4], null, [5, 6, 7]]), [
      [0, 1],
      [5, 6],
    ]));
});
