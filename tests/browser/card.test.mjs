// What the page reads from a model card, which is whatever a file holds.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pageModule } from "./page_module.mjs";

const { operatingPoint } = await pageModule("operating_points.ts");
const { curveOf, splitsOf } = await pageModule("model_evaluation.ts");

describe("an operating point", () => {
  const card = (...points) => ({ calibration: { operating_points: points } });
  const whole = { label: "b", sensitivity: 0.9, specificity: 0.8, positives: 7, cases: 30 };
  const unknown = { sensitivity: null, specificity: null, positives: null, cases: null };

  test("is the one of the label", () =>
    assert.deepEqual(operatingPoint(card({ ...whole, label: "a", cases: 1 }, whole), "b"), whole));

  test("is unknown where the card has none", () => {
    const cards = [{}, { calibration: null }, { calibration: { operating_points: "all" } }, card()];
    for (const each of [...cards, card({ ...whole, label: "a" })])
      assert.deepEqual(operatingPoint(each, "b"), { label: "b", ...unknown });
  });

  test("may be at the ends of what it can be, and not beyond", () => {
    const ends = { label: "b", sensitivity: 1, specificity: 0, positives: 0, cases: 0 };
    assert.deepEqual(operatingPoint(card(ends), "b"), ends);
    for (const wrong of [1.01, -0.01, NaN, "0.5", null]) {
      const point = operatingPoint(card({ ...whole, sensitivity: wrong, specificity: wrong }), "b");
      assert.deepEqual([point.sensitivity, point.specificity], [null, null], String(wrong));
    }
    for (const wrong of [-1, 2.5, Infinity, "7", null]) {
      const point = operatingPoint(card({ ...whole, positives: wrong, cases: wrong }), "b");
      assert.deepEqual([point.positives, point.cases], [null, null], String(wrong));
    }
  });
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
