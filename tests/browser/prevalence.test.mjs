// Predictive values, against numbers worked out by counting people.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pageModule } from "./page_module.mjs";

const { predictiveRange, predictiveValues } = await pageModule("reading/predictive_value.ts");

const near = (actual, expected) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

test("of 1000 people 100 have it; 90 of these and 180 of the others are above", () => {
  const { positive, negative, above } = predictiveValues(
    { sensitivity: 0.9, specificity: 0.8 },
    0.1,
  );
  near(positive, 90 / 270);
  near(negative, 720 / 730);
  near(above, 0.27);
});

test("the rarer a finding, the less is a result above worth, and the more one below", () => {
  const point = { sensitivity: 0.978, specificity: 0.946 };
  const common = predictiveValues(point, 0.3);
  const rare = predictiveValues(point, 0.003);
  assert.ok(rare.positive < common.positive && rare.negative > common.negative);
  near(rare.positive, (0.978 * 0.003) / (0.978 * 0.003 + 0.054 * 0.997));
});

test("where nobody or everybody has it the values say so", () => {
  const point = { sensitivity: 0.9, specificity: 0.8 };
  assert.deepEqual(
    [predictiveValues(point, 0).positive, predictiveValues(point, 0).negative],
    [0, 1],
  );
  assert.deepEqual(
    [predictiveValues(point, 1).positive, predictiveValues(point, 1).negative],
    [1, 0],
  );
});

test("a threshold that never says above has no positive value, and the other way round", () => {
  assert.ok(Number.isNaN(predictiveValues({ sensitivity: 0, specificity: 1 }, 0.2).positive));
  assert.ok(Number.isNaN(predictiveValues({ sensitivity: 1, specificity: 0 }, 0.2).negative));
});

test("what the intervals leave open are both figures at their lower ends, and at their upper ones", () => {
  const sensitivity = { value: 0.9, low: 0.8, high: 1 };
  const specificity = { value: 0.8, low: 0.7, high: 0.9 };
  const ends = [
    [0.8, 0.7],
    [0.9, 0.8],
    [1, 0.9],
  ].map(([sensitivity, specificity]) => predictiveValues({ sensitivity, specificity }, 0.1));
  const { positive, negative } = predictiveRange(sensitivity, specificity, 0.1);
  assert.deepEqual(
    positive,
    ends.map((values) => values.positive),
  );
  assert.deepEqual(
    negative,
    ends.map((values) => values.negative),
  );
  const unknown = { low: null, high: null };
  const [low, value, high] = predictiveRange(
    { ...sensitivity, ...unknown },
    { ...specificity, ...unknown },
    0.1,
  ).positive;
  assert.deepEqual([low, high], [value, value]);
});
