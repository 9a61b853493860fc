// Which films a table shows, and in which order.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pageModule } from "./page_module.mjs";

const { arrange, asGiven, findingOf, modelsOf, sameSort, statusOf } =
  await pageModule("arrangement.ts");

// What a model made of a film. scores: by label; above their thresholds from a half on.
const result = (model, scores, status = "ok") => ({
  screening: {
    status,
    model: { sha256: model, name: `Model ${model}`, version: "1" },
    findings: Object.entries(scores).map(([label, score]) => ({
      label,
      score,
      positive: score >= 0.5,
    })),
  },
});
const film = (name, results = [], waiting = false) => ({ name, waiting, results });
const films = [
  film("film-10", [result("a", { x: 0.4, y: 0.6 })]),
  film("Film-9", [result("b", {}, "error")]),
  film("film-1", [result("b", { x: 0.9 }), result("a", { x: 0.2, y: 0.1 })]),
  film("other", [], true),
  film("blank", [result("a", {}, "refused")]),
  film("last", [result("b", { x: 0.3 })]),
];
const names = (arrangement) =>
  arrange(films, { ...asGiven, ...arrangement }).map(({ name }) => name);
const given = ["film-10", "Film-9", "film-1", "other", "blank", "last"];

describe("a table of films", () => {
  test("is as they were given, or the other way round", () => {
    assert.deepEqual(names({}), given);
    assert.deepEqual(names({ descending: true }), given.toReversed());
    assert.deepEqual(
      films.map(({ name }) => name),
      given,
      "what was given stays",
    );
  });

  test("is sorted by name, in which numbers are numbers and the case is nothing", () => {
    const byName = ["blank", "film-1", "Film-9", "film-10", "last", "other"];
    assert.deepEqual(names({ sort: "name" }), byName);
    assert.deepEqual(names({ sort: "name", descending: true }), byName.toReversed());
  });

  test("is sorted by status, and by the model that scored last", () => {
    const byStatus = ["film-10", "film-1", "last", "blank", "Film-9", "other"];
    assert.deepEqual(names({ sort: "status" }), byStatus);
    assert.deepEqual(names({ sort: "status", descending: true }), byStatus.toReversed());
    const byModel = ["other", "film-10", "film-1", "blank", "Film-9", "last"];
    assert.deepEqual(names({ sort: "model" }), byModel);
  });

  test("is sorted by a finding's score, and what has none stands last both ways", () => {
    const none = ["Film-9", "other", "blank", "last"];
    const sort = { model: "a", label: "x" };
    assert.deepEqual(names({ sort }), ["film-1", "film-10", ...none]);
    assert.deepEqual(names({ sort, descending: true }), ["film-10", "film-1", ...none]);
    assert.deepEqual(names({ sort: { model: "b", label: "x" } }).slice(0, 2), ["last", "film-1"]);
  });

  test("shows those whose name has a text, whatever the case", () => {
    assert.deepEqual(names({ text: "FILM" }), ["film-10", "Film-9", "film-1"]);
    assert.deepEqual(names({ text: "-1" }), ["film-10", "film-1"]);
  });

  test("shows those of a status", () => {
    assert.deepEqual(names({ status: "refused" }), ["blank"]);
    assert.deepEqual(names({ status: "ok" }), ["film-10", "film-1", "last"]);
    assert.deepEqual(names({ status: "waiting" }), ["other"]);
  });

  test("shows those with a finding above, with any, or with none of those that have scores", () => {
    assert.deepEqual(names({ above: { model: "a", label: "y" } }), ["film-10"]);
    assert.deepEqual(names({ above: { model: "a", label: "x" } }), []);
    assert.deepEqual(names({ above: "any" }), ["film-10", "film-1"]);
    assert.deepEqual(names({ above: "none" }), ["last"]);
    const unmeasured = film("elsewhere", [result("c", { x: 0.1 })]);
    unmeasured.results[0].screening.findings[0].threshold = null;
    const nothing = arrange([...films, unmeasured], { ...asGiven, above: "none" });
    assert.deepEqual(nothing, [films[5]], "without a threshold nothing is below it");
  });

  test("is sorted by the same where model and label are", () => {
    const x = { model: "a", label: "x" };
    assert.ok(sameSort("name", "name") && sameSort(x, { ...x }));
    for (const other of ["name", { ...x, model: "b" }, { ...x, label: "y" }])
      assert.ok(!sameSort(x, other) && !sameSort(other, x));
  });
});

test("a film's status is of what was made of it last, and it waits where that was an error", () => {
  const [ok, refused, error] = ["ok", "refused", "error"].map((status) => result("a", {}, status));
  assert.equal(statusOf(film("", [])), "waiting");
  assert.equal(statusOf(film("", [ok, refused])), "refused");
  assert.equal(statusOf(film("", [error])), "error");
  assert.equal(statusOf(film("", [error], true)), "waiting");
  assert.equal(statusOf(film("", [ok], true)), "ok");
});

test("a finding is one model's", () => {
  const [, , both] = films;
  assert.equal(findingOf(both, { model: "a", label: "x" }).score, 0.2);
  assert.equal(findingOf(both, { model: "b", label: "x" }).score, 0.9);
  assert.equal(findingOf(both, { model: "b", label: "y" }), undefined);
  assert.equal(findingOf(both, { model: "c", label: "x" }), undefined);
});

test("the models of a list have the labels of what they scored, in the order of their coming", () => {
  const listed = modelsOf([
    film("", [result("", {}, "error")]),
    film("", [result("b", {}, "refused")]),
    ...films,
  ]);
  assert.deepEqual(listed, [
    { sha256: "b", name: "Model b", version: "1", labels: ["x"] },
    { sha256: "a", name: "Model a", version: "1", labels: ["x", "y"] },
  ]);
});
