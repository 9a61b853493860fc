// The list of films: its order, what is kept of each, and what goes.

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
    films.add(names.map((name) => ({ name, file: new Blob([name]), screening: null })));
  const names = () => films.all.map(({ name }) => name);
  const screened = (text, maps = 1) => ({
    screening: { message: text },
    evidence: Array.from({ length: maps }, () => Float32Array.of(1)),
    lungField: null,
  });

  test("the newest batch comes first, each in its order", () => {
    const first = add("a", "b");
    const second = add("c", "d");
    assert.deepEqual(names(), ["c", "d", "a", "b"]);
    const ids = [...first, ...second].map(({ id }) => id);
    assert.equal(new Set(ids).size, 4);
    for (const id of ids) assert.equal(films.get(id).id, id);
    assert.equal(films.get(Math.max(...ids) + 1), undefined);
  });

  test("each change is told, and makes a new list; until then it is the same one", () => {
    const [film] = add("a");
    assert.equal(changes, 1);
    const before = films.all;
    assert.equal(films.all, before);
    films.finish(film.id, screened("done"));
    assert.equal(changes, 2);
    assert.notEqual(films.all, before);
    films.finish(99, screened("of no film"));
    assert.equal(changes, 2);
    const other = films.subscribe(() => (changes += 100));
    films.releaseFile(film.id);
    assert.equal(changes, 103);
    other();
    films.clear();
    assert.equal(changes, 104);
  });

  test("a film's result and maps are its own", () => {
    const [a, b] = add("a", "b");
    films.finish(b.id, { ...screened("of b", 2), lungField: Uint8Array.of(1) });
    assert.equal(films.get(a.id).screening, null);
    const { screening, evidence, lungField } = films.get(b.id);
    assert.deepEqual([screening.message, evidence.length, ...lungField], ["of b", 2, 1]);
    films.releaseFile(b.id);
    assert.equal(films.get(b.id).file, null);
    assert.notEqual(films.get(a.id).file, null);
  });

  test("the maps of the last 24 films that have some are held", () => {
    const given = add(...Array.from({ length: 26 }, (_, i) => String(i)));
    const withMaps = () =>
      films.all.filter(({ evidence, lungField }) => evidence.length > 0 || lungField !== null);
    films.finish(given[25].id, screened("without maps", 0));
    films.finish(given[0].id, { ...screened("a lung field", 0), lungField: Uint8Array.of(1) });
    for (const { id } of given.slice(1, 24)) films.finish(id, screened("maps"));
    assert.equal(withMaps().length, 24);
    films.finish(given[24].id, screened("one more"));
    assert.deepEqual(
      withMaps().map(({ name }) => name),
      given.slice(1, 25).map(({ name }) => name),
    );
    assert.equal(films.get(given[0].id).screening.message, "a lung field", "its result stays");
    // Screened again, a film is among the newest.
    films.finish(given[1].id, screened("again"));
    films.finish(given[0].id, screened("again"));
    assert.ok(films.get(given[1].id).evidence.length > 0);
    assert.equal(films.get(given[2].id).evidence.length, 0);
  });

  test("clearing takes what is done and leaves what waits", () => {
    const [a, b, c] = add("a", "b", "c");
    const [d] = add("d");
    films.finish(a.id, screened("done"));
    films.finish(d.id, screened("done"));
    assert.deepEqual(films.clear().sort(), [a.id, d.id].sort());
    assert.deepEqual(names(), ["b", "c"]);
    assert.equal(films.get(a.id), undefined);
    films.finish(c.id, screened("of c"));
    assert.equal(films.get(c.id).screening.message, "of c");
    assert.equal(films.get(b.id).screening, null);
  });
});
