// The list of films: its order, what models made of each, what is held of that, and what goes.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { pageModule } from "./page_module.mjs";

const { Films } = await pageModule("films.ts");

describe("the list of films", () => {
  let films, changes;
  beforeEach(() => {
    films = new Films();
    changes = 0;
    films.subscribe(() => ++changes);
  });
  const add = (...names) =>
    films.add(names.map((name) => ({ name, file: new Blob([name]), ofScript: false })));
  const names = () => films.all.map(({ name }) => name);
  // What a model made of a film. sha256: of the film's file.
  const screened = ({
    model = "m",
    sha256 = "",
    status = "ok",
    score = 0.5,
    maps = 1,
    change = null,
    shown_anyway = false,
  } = {}) => ({
    screening: {
      file: "as it was given",
      film: { sha256 },
      status,
      change,
      shown_anyway,
      operating_point: "youden",
      operating_points: ["youden", "sensitivity_90"],
      findings:
        status === "ok" || shown_anyway
          ? [{ score, positive: false, judgements: [{ positive: false }, { positive: true }] }]
          : [],
      model: { sha256: model },
    },
    evidence: Array.from({ length: maps }, () => Float32Array.of(1)),
    lungField: null,
  });
  const scoresOf = ({ id }) =>
    films
      .get(id)
      .results.map(({ screening: { findings, status } }) => findings[0]?.score ?? status);

  test("the newest batch comes first, each in its order", () => {
    const first = add("a", "b");
    const second = add("c", "d");
    assert.deepEqual(names(), ["c", "d", "a", "b"]);
    const ids = [...first, ...second].map(({ id }) => id);
    assert.equal(new Set(ids).size, 4);
    for (const id of ids) assert.equal(films.get(id).id, id);
    assert.equal(films.get(Math.max(...ids) + 1), undefined);
    for (const { waiting, results, change, sha256 } of films.all)
      assert.deepEqual([waiting, results, change, sha256], [true, [], null, ""]);
  });

  test("all that is here, and all that comes, is judged by one operating point", () => {
    const [before, after] = add("before", "after");
    const judged = ({ id }) =>
      films
        .get(id)
        .results.map(({ screening: { findings, operating_point } }) => [
          operating_point,
          findings[0]?.positive,
          findings[0]?.score,
        ]);
    films.finish(before.id, screened({ score: 0.3 }));
    assert.deepEqual(judged(before), [["youden", false, 0.3]]);
    films.judgeBy("sensitivity_90");
    assert.deepEqual(judged(before), [["sensitivity_90", true, 0.3]]);
    films.finish(after.id, screened({ score: 0.4 }));
    assert.deepEqual(judged(after), [["sensitivity_90", true, 0.4]]);
    const [kept] = films.restore([[{ ...screened({ score: 0.2 }).screening, file: "kept" }]]);
    assert.deepEqual(judged(kept), [["sensitivity_90", true, 0.2]]);
    const removed = films.remove([before.id]);
    films.judgeBy("nothing_like_it"); // the model's default
    films.putBack(removed);
    for (const film of [before, after, kept]) assert.equal(judged(film)[0][0], "youden");
    assert.equal(judged(before)[0][1], false);
    // Of what was refused there is nothing to judge, and it names what would have.
    const [refused] = add("refused");
    films.judgeBy("sensitivity_90");
    films.finish(refused.id, screened({ status: "refused" }));
    assert.deepEqual(judged(refused), [["sensitivity_90", undefined, undefined]]);
  });

  test("each change is told, and makes a new list; until then it is the same one", () => {
    const [film] = add("a");
    assert.equal(changes, 1);
    const before = films.all;
    assert.equal(films.all, before);
    films.finish(film.id, screened({ maps: 0 }));
    assert.equal(changes, 2);
    assert.notEqual(films.all, before);
    assert.equal(films.finish(99, screened()), undefined, "of no film");
    assert.equal(changes, 2);
    const other = films.subscribe(() => (changes += 100));
    films.releaseFile(film.id);
    assert.equal(changes, 103);
    other();
    films.remove([film.id]);
    assert.equal(changes, 104);
    films.putBack([film]);
    assert.equal(changes, 105);
  });

  test("a film's result, maps and waiting are its own", () => {
    const [a, b] = add("a", "b");
    const done = films.finish(b.id, { ...screened({ maps: 2 }), lungField: Uint8Array.of(1) });
    assert.equal(done, films.get(b.id));
    assert.deepEqual([films.get(a.id).results, films.get(a.id).waiting], [[], true]);
    assert.equal(done.waiting, false);
    const [{ evidence, lungField }] = done.results;
    assert.deepEqual([evidence.length, ...lungField], [2, 1]);
    films.releaseFile(b.id);
    assert.equal(films.get(b.id).file, null);
    assert.notEqual(films.get(a.id).file, null);
    films.wait(b.id, "inverted");
    assert.deepEqual([films.get(b.id).waiting, films.get(b.id).change], [true, "inverted"]);
    films.doNotWait(b.id);
    assert.deepEqual([films.get(b.id).waiting, films.get(b.id).change], [false, "inverted"]);
    assert.deepEqual(scoresOf(b), [0.5]);
  });

  test("each model's result stands beside the others', the first first", () => {
    const [film] = add("a");
    films.finish(film.id, screened({ model: "m", score: 0.1 }));
    films.finish(film.id, screened({ model: "n", score: 0.2 }));
    assert.deepEqual(scoresOf(film), [0.1, 0.2]);
    films.finish(film.id, screened({ model: "m", score: 0.3 }));
    assert.deepEqual(scoresOf(film), [0.1, 0.2], "scores that are there stay");
  });

  test("no scores give way to scores, and scores to those of another act", () => {
    const [film] = add("a");
    films.finish(film.id, screened({ status: "error" }));
    films.finish(film.id, screened({ status: "refused", maps: 0 }));
    assert.deepEqual(scoresOf(film), ["refused"]);
    films.finish(film.id, screened({ status: "refused", shown_anyway: true, score: 0.1 }));
    assert.deepEqual(scoresOf(film), [0.1]);
    films.finish(film.id, screened({ change: "inverted", score: 0.2 }));
    assert.deepEqual(scoresOf(film), [0.2]);
    films.finish(film.id, screened({ status: "error" }));
    assert.deepEqual(scoresOf(film), [0.2], "an error takes nothing away");
    films.finish(film.id, screened({ model: "n", status: "error" }));
    assert.deepEqual(scoresOf(film), [0.2, "error"]);
    films.finish(film.id, screened({ model: "o", score: 0.3 }));
    assert.deepEqual(scoresOf(film), [0.2, 0.3], "and gives way to any that gave scores");
  });

  test("a film that was given before keeps its row", () => {
    const [first] = add("a");
    films.finish(first.id, screened({ sha256: "f00d", score: 0.1 }));
    const [again, twin] = add("another name", "twin");
    assert.equal(films.finish(again.id, screened({ model: "n", sha256: "f00d" })).id, first.id);
    assert.equal(films.get(again.id), undefined);
    assert.deepEqual(scoresOf(first), [0.1, 0.5]);
    assert.equal(films.get(first.id).file, again.file, "its file can be had again");
    // Those that were given together are as many rows as they are.
    const [one, two] = add("one", "two");
    films.finish(one.id, screened({ sha256: "beef" }));
    assert.equal(films.finish(two.id, screened({ sha256: "beef" })).id, two.id);
    assert.equal(films.finish(twin.id, screened({ sha256: "" })).id, twin.id);
    // What a script names is as it names it.
    const [named] = films.add([{ name: "named", file: new Blob(["a"]), ofScript: true }]);
    assert.equal(films.finish(named.id, screened({ sha256: "f00d" })).id, named.id);
    const [same] = films.add([{ name: "named", file: new Blob(["a"]), ofScript: true }]);
    assert.notEqual(films.finish(same.id, screened({ sha256: "f00d" })).id, same.id);
  });

  test("a film that is given again has its scores as they were, and its maps anew", () => {
    for (const maps of [1, 2]) {
      const sha256 = `of ${maps}`;
      const [film] = add(`film-${maps}`);
      films.finish(film.id, screened({ sha256, maps: 0 }));
      const [again] = add(`again-${maps}`);
      films.finish(again.id, screened({ sha256, maps, score: 0.9 }));
      assert.deepEqual(scoresOf(film), [0.5]);
      assert.equal(films.get(film.id).results[0].evidence.length, maps);
    }
  });

  test("a file that was written over is another film", () => {
    const [film] = add("a");
    films.finish(film.id, screened({ sha256: "f00d", score: 0.1 }));
    const anew = films.finish(film.id, screened({ sha256: "beef", score: 0.2 }));
    assert.notEqual(anew.id, film.id);
    assert.deepEqual([scoresOf(film), scoresOf(anew)], [[0.1], [0.2]]);
    assert.deepEqual([films.get(film.id).file, anew.file], [null, film.file]);
    assert.deepEqual(names(), ["a", "a"]);
    assert.equal(films.all[0].id, anew.id);
    // What could not be read says nothing of its content.
    films.finish(anew.id, screened({ model: "n", sha256: "", status: "error" }));
    assert.deepEqual(scoresOf(anew), [0.2, "error"]);
    assert.equal(films.get(anew.id).sha256, "beef");
  });

  const withMaps = () =>
    films.all.filter(({ results }) =>
      results.some(({ evidence, lungField }) => evidence.length > 0 || lungField !== null),
    );
  const numbered = (count) => add(...Array.from({ length: count }, (_, i) => String(i)));

  test("the maps of the last 24 results that have some are held", () => {
    const given = numbered(26);
    films.finish(given[25].id, screened({ maps: 0 }));
    films.finish(given[0].id, { ...screened({ maps: 0 }), lungField: Uint8Array.of(1) });
    for (const { id } of given.slice(1, 24)) films.finish(id, screened());
    assert.equal(withMaps().length, 24);
    films.finish(given[24].id, screened());
    assert.deepEqual(
      withMaps().map(({ name }) => name),
      given.slice(1, 25).map(({ name }) => name),
    );
    assert.deepEqual(scoresOf(given[0]), [0.5], "its result stays");
    // Made again, they are among the newest.
    films.holdMaps(given[1].id, screened());
    films.holdMaps(given[0].id, screened());
    assert.equal(withMaps().length, 24);
    assert.deepEqual(
      [0, 1, 2].map((i) => films.get(given[i].id).results[0].evidence.length),
      [1, 1, 0],
    );
  });

  test("the film that is looked at keeps its maps, those of each model", () => {
    const given = numbered(26);
    films.looked = given[0].id;
    films.finish(given[0].id, screened({ model: "m" }));
    films.finish(given[0].id, screened({ model: "n" }));
    for (const { id } of given.slice(1)) films.finish(id, screened());
    const [m, n] = films.get(given[0].id).results;
    assert.deepEqual([m.evidence.length, n.evidence.length], [1, 1]);
    assert.equal(withMaps().length, 23, "two of the 24 are its own");
  });

  test("what is taken away is gone, and comes back as it was", () => {
    const [a, b, c] = add("a", "b", "c");
    films.finish(a.id, screened({ score: 0.1 }));
    const removed = films.remove([a.id, c.id, 99]);
    assert.deepEqual(
      removed.map(({ name }) => name),
      ["a", "c"],
    );
    assert.deepEqual(names(), ["b"]);
    assert.equal(films.get(a.id), undefined);
    assert.equal(films.finish(c.id, screened()), undefined, "nobody waits for it");
    films.putBack(removed);
    assert.deepEqual(names(), ["a", "b", "c"]);
    assert.deepEqual([scoresOf(a), scoresOf(b), scoresOf(c)], [[0.1], [], []]);
    assert.deepEqual(
      [a, b, c].map(({ id }) => films.get(id).waiting),
      [false, true, false],
    );
  });

  test("what was kept comes back without its files", () => {
    const kept = ({ screening }) => screening;
    const [one, two] = films.restore([
      [kept(screened({ sha256: "f00d", change: "inverted", score: 0.1 }))],
      [kept(screened({ score: 0.2 })), kept(screened({ model: "n", score: 0.3 }))],
    ]);
    const { name, file, sha256, change, waiting } = one;
    assert.deepEqual(
      [name, file, sha256, change, waiting],
      ["as it was given", null, "f00d", "inverted", false],
    );
    assert.deepEqual([scoresOf(one), scoresOf(two)], [[0.1], [0.2, 0.3]]);
    assert.equal(withMaps().length, 0);
    add("newer");
    assert.equal(names()[0], "newer");
  });
});
