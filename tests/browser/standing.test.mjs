// How scores stand to their thresholds, and the words in which a list and a screen reader say so.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pageModule } from "./page_module.mjs";

globalThis.document = { documentElement: {} }; // the page's words set its language
const { foremost, inOrder, isMeasured, standing } = await pageModule("standing.ts");
const { found, headline, reason, spoken } = await pageModule("status_words.ts");
const { badgeOf, modelText } = await pageModule("model_names.ts");

const finding = (label, score, threshold, more) => ({
  ...{ label, score, threshold, near: false, neither: false },
  positive: threshold !== null && score >= threshold,
  ...more,
});
const far = finding("far_above", 0.9, 0.5);
const above = finding("above", 0.75, 0.6, { near: true });
const near = finding("near", 0.45, 0.5, { near: true });
const below = finding("below", 0.2, 0.5);
const lowest = finding("lowest", 0.3, 0.9);
const unmeasured = finding("unmeasured", 0.99, null);
const neither = finding("normal", 0.95, 0.5, { neither: true });
const labels = (findings) => findings.map(({ label }) => label);

describe("a score", () => {
  const at = (score, threshold) => standing(finding("", score, threshold));

  test("stands between nothing, its threshold in the middle, and one", () => {
    for (const [score, threshold, expected] of [
      [0, 0.2, 0],
      [0.1, 0.2, 0.25],
      [0.2, 0.2, 0.5],
      [0.6, 0.2, 0.75],
      [1, 0.2, 1],
    ])
      assert.ok(Math.abs(at(score, threshold) - expected) < 1e-12, `${score} of ${threshold}`);
  });

  test("has a place where its threshold is at an end", () => {
    assert.equal(at(0, 0), 0.5);
    assert.equal(at(0.5, 0), 0.75);
    assert.equal(at(0.5, 1), 0.25);
    assert.equal(at(1, 1), 1);
  });

  test("has none without a threshold, and a label that means none of the others has none", () => {
    assert.deepEqual([below, unmeasured, neither].map(isMeasured), [true, false, false]);
  });
});

test("findings are read from the farthest above to what is no finding", () => {
  const faint = finding("faint", 0.01, null);
  const order = inOrder([faint, neither, lowest, below, unmeasured, near, above, far]);
  assert.deepEqual(
    Object.fromEntries(Object.entries(order).map(([side, found]) => [side, labels(found)])),
    {
      above: ["far_above", "above"],
      near: ["near"],
      below: ["below", "lowest"],
      unmeasured: ["unmeasured", "faint"],
      neither: ["normal"],
    },
  );
});

test("the foremost is above, or near, or below, or at least a finding", () => {
  const all = [neither, unmeasured, below, near, far];
  for (; all.length > 1; all.pop()) assert.equal(foremost({ findings: all }), all.at(-1));
  assert.equal(foremost({ findings: all }), null);
});

const screening = (more) => ({
  ...{ file: "film.jpg", status: "ok", message: "", refusal: null, novelty: null },
  ...{ operating_point: "youden", operating_points: ["youden"] },
  ...{ shown_anyway: false, change: null, findings: [], ...more },
});
const refusal = { type: "not_a_chest_film" };

describe("in words", () => {
  test("the first above, how many more, and each that is near", () => {
    const said = (...findings) => found(screening({ findings }));
    assert.equal(said(below, above), "▲ Above 75.0 (near its threshold)");
    assert.equal(said(above, far, below), "▲ Far above 90.0 +1");
    assert.equal(said(far, near), "▲ Far above 90.0; near its threshold: Near 45.0");
    assert.equal(said(neither, below), "Nothing above its threshold");
    assert.equal(said(neither, unmeasured), "No threshold measured");
  });

  test("a list's line is an error, or a refusal, or what was done and what was found", () => {
    assert.equal(headline(screening({ status: "error", message: "Odd." })), "No result · Odd.");
    const findings = [far];
    assert.equal(
      headline(screening({ status: "refused", refusal })),
      "Unlike the films that the model learned from",
    );
    assert.equal(
      headline(
        screening({ status: "refused", refusal, shown_anyway: true, change: "inverted", findings }),
      ),
      "Refused, shown anyway · inverted · ▲ Far above 90.0",
    );
    assert.equal(headline(screening({ findings })), "▲ Far above 90.0");
  });

  test("the reason is the core's sentence, but for a distance, which is said by its figures", () => {
    const novelty = { distance: 12.34, threshold: 5 };
    assert.match(reason(screening({ refusal, novelty })), /^Unlike .* \(12; its limit is 5\)/);
    // Finer where whole numbers hide which is the larger.
    const close = { distance: 5.26, threshold: 5.1 };
    assert.match(reason(screening({ refusal, novelty: close })), /\(5\.26; its limit is 5\.1\)/);
    assert.equal(reason(screening({ refusal, message: "Odd." })), "Odd.");
    assert.equal(
      reason(screening({ refusal: { type: "blank" }, novelty, message: "Odd." })),
      "Odd.",
    );
  });

  test("a screen reader says each measured finding with its side, or why there is none", () => {
    const findings = [below, near, unmeasured, neither, far];
    const each =
      "Far above 90.0, above its threshold; Near 45.0, near its threshold; Below 20.0, below its threshold";
    assert.equal(spoken(screening({ findings })), `film.jpg: ${each}.`);
    assert.equal(
      spoken(screening({ status: "refused", refusal, shown_anyway: true, findings })),
      `film.jpg: Refused, shown anyway; ${each}.`,
    );
    assert.equal(spoken(screening({ findings: [unmeasured] })), "film.jpg: No threshold measured.");
    const message = "Odd.";
    assert.equal(
      spoken(screening({ status: "refused", refusal, message })),
      "film.jpg: Unlike the films that the model learned from. Odd.",
    );
    assert.equal(spoken(screening({ status: "error", message })), "film.jpg: No result. Odd.");
  });
});

test("a model is called by name, version and digest, in a list by what tells it from others", () => {
  const model = (name, sha256) => ({ name, version: "2", sha256 });
  assert.equal(modelText(model("net", "0123456789ab")), "net 2 01234567");
  assert.equal(modelText({ ...model("net", "0123456789ab"), version: "" }), "net 01234567");
  assert.equal(modelText(model("net", "")), "");
  const listed = [model("net", "0123456789ab"), model("net", "ba9876543210"), model("other", "c0")];
  assert.equal(badgeOf(listed, "ba9876543210"), "net ba987654");
  assert.equal(badgeOf(listed, "c0"), "other");
  assert.equal(badgeOf(listed, "fedcba9876"), "fedcba98");
});
