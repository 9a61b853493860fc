// Where a map is brightest and how much of it lies in the lungs, in words: left and right are the
// patient's, whose right is on the picture's left.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pageModule } from "./page_module.mjs";

globalThis.document = { documentElement: {} }; // the page's words set its language
const { inWords, partInLungs } = await pageModule("evidence_words.ts");

const grid = (...values) => ({ width: values.length, height: 1, values });
const words = (peak) => inWords({ label: "covid", peak }, grid(-1, 0.5));
const sides = {
  left: "patient's right.*left in the picture",
  right: "patient's left.*right in the picture",
};

test("in the lungs: which, and which third of it", () => {
  const thirds = { top: "upper", middle: "middle", bottom: "lower" };
  for (const [across, side] of Object.entries(sides))
    for (const [down, third] of Object.entries(thirds)) {
      const text = words({ in_lungs: true, across, down });
      assert.match(
        text,
        new RegExp(`^It is brightest in the ${third} third of the lung fields, on the ${side}`),
      );
    }
});

test("elsewhere: outside of the lungs, and where on the film", () => {
  const heights = {
    top: "at the top of the film",
    middle: "",
    bottom: "at the bottom of the film",
  };
  for (const [across, side] of Object.entries({ ...sides, middle: undefined }))
    for (const [down, height] of Object.entries(heights)) {
      const text = words({ in_lungs: false, across, down });
      assert.match(text, /^It is brightest outside the lung fields, /);
      assert.ok(text.includes(height), text);
      if (side === undefined) assert.doesNotMatch(text, /patient|picture/);
      else assert.match(text, new RegExp(side));
      if (height === "") assert.doesNotMatch(text, /top|bottom/);
    }
});

test("nowhere", () =>
  assert.equal(
    inWords({ label: "covid", peak: null }, grid(-1, 0)),
    "Nothing on the film speaks for COVID-19.",
  ));

test("somewhere, by a model that does not know where the lungs are", () =>
  assert.equal(words(null), ""));

test("how much of it, as exactly as a coarse map allows", () => {
  for (const [from, to, key] of [
    [0, 0.0999, "hardlyAnyInLungs"],
    [0.1, 0.3999, "lessInLungs"],
    [0.4, 0.5999, "halfInLungs"],
    [0.6, 0.8999, "moreInLungs"],
    [0.9, 1, "nearlyAllInLungs"],
  ])
    assert.deepEqual([from, to].map(partInLungs), [key, key]);
});
