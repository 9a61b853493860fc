// Which worker of the pool is given what, and when: with workers that answer when the test says so.
// pool.test.mjs looks at real ones.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { pageModule } from "./page_module.mjs";
import { version } from "./version.mjs";

class ScriptedWorker extends EventTarget {
  static all = [];
  asked = [];
  ended = false;
  constructor() {
    super();
    ScriptedWorker.all.push(this);
  }
  postMessage(message) {
    if ("dicom" in message) this.equipment = message.dicom;
    else this.asked.push(message);
  }
  terminate() {
    this.ended = true;
  }
  answer(data) {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
    return settled();
  }
  fail(message) {
    const event = Object.assign(new Event("error", { cancelable: true }), { message });
    this.dispatchEvent(event);
    assert.ok(event.defaultPrevented, "the failure is dealt with");
    return settled();
  }
  get last() {
    return this.asked.at(-1);
  }
}
const settled = () => new Promise(setImmediate);

globalThis.window = globalThis;
globalThis.startWorker = () => new ScriptedWorker();
globalThis.document = {
  documentElement: {},
  getElementById: (id) => ({ textContent: `the block ${id}` }),
};
const { WorkerPool, helpfulWorkers } = await pageModule("worker_pool.ts");

const small = { module: "thoraxlite", packed: "small" };
const large = { module: "thoraxlite-xnnpack", packed: "large" };
const compiled = ({ module }) => ({ module, compiled: `${module}, compiled` });
const file = new Blob(["a film"]);
const ofModel = (name) => ({ model: { name, sha256: `${name}-sha`, labels: [], card: {} } });
const opened = (name, program = small) => ({
  type: "opened",
  opened: ofModel(name),
  program: compiled(program),
});
const screened = () => ({
  type: "screened",
  screening: { status: "ok" },
  evidence: [],
  lungField: null,
});
const pixels = { type: "pixels", film: "a film" };

describe("the pool", () => {
  let pool;
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    ScriptedWorker.all = [];
    pool = new WorkerPool([small, large], 2);
  });
  afterEach(() => mock.timers.reset());
  const workers = () => ScriptedWorker.all;
  // model: by its SHA-256; null: the newest, or the first that will be open.
  const screen = (name, { model = null, urgent = false, showAnyway = false, film = file } = {}) =>
    pool.screen({ name, file: film }, model, { showAnyway, change: null }, urgent);
  const picture = (choice = {}) => pool.pixels(file, { change: null, ...choice });
  const asked = () => workers().map(({ asked }) => asked.map(({ type, name }) => name ?? type));

  // A pool with the model open in both workers, which have nothing to do.
  async function openInBoth() {
    const opening = pool.open("source");
    await settled();
    await workers()[0].answer(opened("a-model"));
    await opening;
    const [one, two] = workers();
    await two.answer(opened("a-model"));
    const busy = [screen("first"), screen("second")];
    await one.answer(screened());
    await two.answer(screened());
    await Promise.all(busy);
    for (const worker of workers()) worker.asked.length = 0;
    return workers();
  }

  test("films wait for the first model; the second worker gets what the first compiled", async () => {
    const opening = pool.open("source");
    const films = [screen("first"), screen("a"), screen("b")];
    const seen = [picture(), picture()];
    await settled();
    assert.deepEqual(asked(), [["open"]]);
    const [one] = workers();
    assert.equal(one.equipment, "the block packed-dicom");
    assert.deepEqual(one.last, { type: "open", program: small, model: "source" });
    await one.answer(opened("a-model"));
    assert.equal((await opening).model.name, "a-model");
    assert.deepEqual(asked(), [["open", "first"]], "the first film has all cores");
    await one.answer(screened());
    // A picture needs no model, so the worker that has none takes one too.
    assert.deepEqual(asked(), [["open", "first", "pixels"], ["pixels"]]);
    await one.answer(pixels);
    assert.equal(one.last.name, "a");
    const [, two] = workers();
    assert.deepEqual(two.last.program, compiled(small));
    await two.answer(pixels);
    assert.equal((await Promise.all(seen))[1].film, "a film");
    assert.deepEqual(two.last, { type: "open", program: compiled(small), model: "source" });
    await two.answer(opened("a-model"));
    assert.deepEqual(two.last, {
      type: "screen",
      name: "b",
      file,
      next: null,
      showAnyway: false,
      change: null,
    });
    await one.answer(screened());
    await two.answer({ ...screened(), screening: { status: "of b" } });
    assert.deepEqual((await Promise.all(films))[2].screening.status, "of b");
    assert.equal(workers().length, 2);
  });

  test("the first film goes before the first picture, pictures before later ones, urgent before all", async () => {
    pool = new WorkerPool([small, large], 1);
    const opening = pool.open("source");
    const work = [picture(), screen("a"), screen("b")];
    await settled();
    const [worker] = workers();
    await worker.answer(opened("a-model"));
    await opening;
    assert.equal(worker.last.name, "a");
    await worker.answer(screened());
    assert.equal(worker.last.type, "pixels");
    work.push(screen("looked at", { urgent: true, showAnyway: true }));
    work.push(picture({ frame: 2, window: 1 }));
    await worker.answer(pixels);
    assert.deepEqual(worker.last, {
      type: "screen",
      name: "looked at",
      file,
      next: "ahead",
      showAnyway: true,
      change: null,
    });
    await worker.answer(screened());
    assert.equal(worker.last.type, "pixels");
    assert.deepEqual([worker.last.frame, worker.last.window], [2, 1]);
    await worker.answer(pixels);
    assert.equal(worker.last.name, "b");
    await worker.answer(screened());
    await Promise.all(work);
    assert.equal(worker.asked.length, 6);
  });

  test("what one build refuses is tried by the next, and runs there from then on", async () => {
    const opening = pool.open("source");
    await settled();
    const [one] = workers();
    await one.answer({ type: "refused", message: "not by the small one" });
    assert.deepEqual(one.last.program, large);
    const seen = picture();
    await one.answer(opened("a-model", large));
    assert.equal((await opening).model.name, "a-model");
    assert.deepEqual(one.last.program, compiled(large));
    await one.answer(pixels);
    await seen;
  });

  test("a refused model is nobody's, and the one before stays", async () => {
    const [one, two] = await openInBoth();
    const opening = assert.rejects(pool.open("another"), /^Error: by none$/);
    await settled();
    assert.deepEqual(one.last.model, "another");
    await one.answer({ type: "refused", message: "not by the small one" });
    await one.answer({ type: "refused", message: "by none" });
    await opening;
    const film = screen("a");
    assert.equal(one.last.name, "a");
    await one.answer(screened());
    await film;
    assert.deepEqual(two.asked, []);
  });

  test("another model is opened by each worker before its next film", async () => {
    const [one, two] = await openInBoth();
    const opening = pool.open("another");
    await settled();
    await one.answer(opened("another"));
    await opening;
    assert.equal(two.last.model, "another", "before there is a film");
    const films = [screen("a"), screen("b")];
    assert.equal(one.last.name, "a");
    await two.answer(opened("another"));
    assert.equal(two.last.name, "b");
    await one.answer(screened());
    await two.answer(screened());
    await Promise.all(films);
  });

  describe("reads ahead:", () => {
    const films = (...names) =>
      names.map((name) => screen(name, { film: new Blob([`the film ${name}`]) }));
    const text = async (blob) => (blob instanceof Blob ? blob.text() : blob);
    // What a worker was asked last: the film, where its bytes are, and what it is to hold after it.
    const last = async ({ last: { name, file, next } }) => [
      name,
      await text(file),
      await text(next),
    ];

    test("each worker the next of the films that nobody reads, and one at a time", async () => {
      const [one, two] = await openInBoth();
      const all = films("a", "b", "c", "d", "e", "f", "g");
      assert.deepEqual(await last(one), ["a", "the film a", null]);
      assert.deepEqual(await last(two), ["b", "the film b", null]);
      await one.answer(screened());
      assert.deepEqual(await last(one), ["c", "the film c", "the film d"]);
      await two.answer(screened());
      assert.deepEqual(await last(two), ["e", "the film e", "the film f"]);
      await one.answer(screened());
      assert.deepEqual(await last(one), ["d", "ahead", "the film g"]);
      await two.answer(screened());
      assert.deepEqual(await last(two), ["f", "ahead", null]);
      await one.answer(screened());
      assert.deepEqual(await last(one), ["g", "ahead", null]);
      await one.answer(screened());
      await two.answer(screened());
      await Promise.all(all);
    });

    test("what is urgent goes before, and the file is kept", async () => {
      const [one, two] = await openInBoth();
      const all = films("a", "b", "c", "d");
      await one.answer(screened());
      assert.deepEqual(await last(one), ["c", "the film c", "the film d"]);
      all.push(screen("looked at", { urgent: true, film: new Blob(["looked at"]) }));
      await one.answer(screened());
      assert.deepEqual(await last(one), ["looked at", "looked at", "ahead"]);
      await one.answer(screened());
      assert.deepEqual(await last(one), ["d", "ahead", null]);
      await one.answer(screened());
      await two.answer(screened());
      await Promise.all(all);
    });

    test("a worker without films takes what a busy one has read, which is not asked for it again", async () => {
      const [one, two] = await openInBoth();
      const all = films("a", "b", "c", "d");
      await one.answer(screened());
      assert.deepEqual(await last(one), ["c", "the film c", "the film d"]);
      await two.answer(screened());
      assert.deepEqual(await last(two), ["d", "the film d", null]);
      await one.answer(screened());
      assert.equal(one.last.name, "c");
      all.push(...films("e"));
      assert.deepEqual(await last(one), ["e", "the film e", null], "it lets the other go");
      await one.answer(screened());
      await two.answer(screened());
      await Promise.all(all);
    });

    test("what a worker held that ended is read again", async () => {
      const [one, two] = await openInBoth();
      const all = films("a", "b", "c", "d");
      await one.answer(screened());
      await one.fail("trap");
      assert.match((await all[2]).screening.message, /trap/);
      const another = workers().at(-1);
      await another.answer(opened("a-model"));
      assert.deepEqual(await last(another), ["d", "the film d", null]);
      await another.answer(screened());
      await two.answer(screened());
      await Promise.all(all);
    });

    test("a file of more than 32 MiB is read when it is its turn", async () => {
      const [one, two] = await openInBoth();
      const large = { size: 2 ** 25 + 1 };
      const all = films("a", "b", "c");
      all.push(screen("d", { film: large }));
      await one.answer(screened());
      assert.deepEqual(await last(one), ["c", "the film c", null]);
      await one.answer(screened());
      assert.equal(one.last.file, large);
      await one.answer(screened());
      await two.answer(screened());
      await Promise.all(all);
    });
  });

  test("a film is screened by the model that it was given to, though another is the newest", async () => {
    const [one, two] = await openInBoth();
    const opening = pool.open("another");
    await settled();
    await one.answer(opened("another"));
    await opening;
    await two.answer(opened("another"));
    assert.ok(pool.has("a-model-sha") && pool.has("another-sha") && !pool.has("a third-sha"));
    const film = screen("of before", { model: "a-model-sha" });
    assert.deepEqual([one.last.type, one.last.model], ["open", "source"]);
    await one.answer(opened("a-model"));
    assert.equal(one.last.name, "of before");
    await one.answer(screened());
    assert.ok(!Number.isNaN(Date.parse((await film).screening.time)), "it says when");
    assert.equal(one.last.model, "another", "and then it is ready for the newest again");
  });

  test("models are tried one after the other", async () => {
    const first = assert.rejects(pool.open("first"), /gone/);
    const second = pool.open("second");
    await settled();
    const [one] = workers();
    assert.equal(one.asked.length, 1);
    await one.answer({ type: "unreadable", message: "gone" });
    await first;
    assert.equal(one.last.model, "second");
    await one.answer(opened("second"));
    assert.equal((await second).model.name, "second");
  });

  test("without a model each film has the reason, and no name of one", async () => {
    const opening = assert.rejects(pool.open("source"), /the file is gone/);
    const film = screen("a");
    await settled();
    const [one] = workers();
    await one.answer({ type: "unreadable", message: "the file is gone" });
    await opening;
    await one.answer({ type: "noModel" });
    const { screening, evidence, lungField } = await film;
    const { message, time, ...rest } = screening;
    assert.match(message, /no model.*the file is gone/);
    assert.equal(new Date(time).toISOString(), time);
    assert.deepEqual(rest, {
      file: "a",
      film: { sha256: "", frame: 0, study_uid: "", sop_uid: "" },
      status: "error",
      refusal: null,
      shown_anyway: false,
      operating_point: "",
      operating_points: [],
      change: null,
      findings: [],
      novelty: null,
      evidence: null,
      image: null,
      notes: [],
      model: { name: "", version: "", sha256: "" },
      version,
      milliseconds: { decode: 0, prepare: 0, infer: 0, evidence: 0 },
    });
    assert.deepEqual([evidence, lungField], [[], null]);
  });

  test("a browser that runs no build says so, to the model and to films", async () => {
    pool = new WorkerPool([], 2);
    const film = screen("a");
    await assert.rejects(pool.open("source"), /SIMD/);
    const [one] = workers();
    assert.equal(one.last.type, "screen");
    await one.answer({ type: "noModel" });
    assert.match((await film).screening.message, /SIMD/);
    const seen = assert.rejects(picture(), /SIMD/);
    assert.equal(one.last.program, null);
    await one.answer({ type: "noModel" });
    await seen;
  });

  test("why a film has no result, or no picture", async () => {
    const [one] = await openInBoth();
    for (const [reply, says] of [
      [{ type: "unreadable", message: "why" }, /could not read the file: why$/],
      [{ type: "notDecoded", message: "It is no film.", sha256: "f00d" }, /^It is no film\.$/],
      [{ type: "opened" }, /./],
    ]) {
      const film = screen("a");
      await one.answer(reply);
      const { screening } = await film;
      assert.equal(screening.status, "error");
      assert.match(screening.message, says);
      assert.equal(screening.film.sha256, reply.sha256 ?? "");
      assert.deepEqual(screening.model, { name: "a-model", version: "", sha256: "a-model-sha" });
      const seen = assert.rejects(picture(), { message: screening.message });
      await one.answer(reply);
      await seen;
    }
    assert.ok(!one.ended, "it goes on");
  });

  for (const [how, crash] of [
    ["says that it crashed", (worker) => worker.answer({ type: "crashed", message: "trap" })],
    ["fails", (worker) => worker.fail("trap")],
  ])
    test(`a worker that ${how} is ended, and another opens the model before its next film`, async () => {
      const [one, two] = await openInBoth();
      const film = screen("a");
      await crash(one);
      assert.match((await film).screening.message, /trap/);
      assert.ok(one.ended && !two.ended);
      const [next, after] = [screen("b"), screen("c")];
      const [, , three] = workers();
      assert.equal(three.last.type, "open");
      assert.equal(two.last.name, "b", "the other does what there is meanwhile");
      // What comes from the ended one is nobody's.
      await one.answer(screened());
      await one.fail("again");
      await three.answer(opened("a-model"));
      assert.equal(three.last.name, "c");
      await three.answer(screened());
      await two.answer(screened());
      for (const one of [next, after]) assert.equal((await one).screening.status, "ok");
    });

  test("a film is ended after a minute, and not before; a quick one is not", async () => {
    const [one, two] = await openInBoth();
    const film = screen("a");
    mock.timers.tick(59_999);
    assert.ok(!one.ended);
    mock.timers.tick(1);
    assert.ok(one.ended);
    assert.match((await film).screening.message, /1 min/);
    const quick = screen("b");
    mock.timers.tick(30_000);
    const worker = workers().find(({ last }) => last?.name === "b");
    await worker.answer(screened());
    await quick;
    mock.timers.tick(60_000);
    assert.equal(worker, two);
    assert.ok(!two.ended, "its clock was stopped");
  });

  test("a worker that cannot open the model three times in a row is given up", async () => {
    const [one, two] = await openInBoth();
    const opening = pool.open("another");
    await settled();
    await one.answer(opened("another"));
    await opening;
    const running = screen("a");
    const film = screen("b");
    const fail = () => two.answer({ type: "refused", message: "not here" });
    await fail();
    await fail();
    assert.ok(!two.ended);
    assert.equal(two.asked.length, 3, "it tries again");
    // A success in between counts from the beginning.
    await two.answer(opened("another"));
    assert.equal(two.last.name, "b");
    await two.answer(screened());
    await film;
    await one.answer(screened());
    await running;
    const third = pool.open("a third");
    await settled();
    await one.answer(opened("a third"));
    await third;
    const films = [screen("c"), screen("d")];
    await fail();
    await fail();
    assert.ok(!two.ended);
    await fail();
    assert.ok(two.ended);
    await one.answer(screened());
    assert.equal(one.last.name, "d", "the other does its work");
    await one.answer(screened());
    for (const film of films) assert.equal((await film).screening.status, "ok");
  });

  test("where no worker can open the model any more, films are told and none waits", async () => {
    pool = new WorkerPool([small], 1);
    const opening = pool.open("source");
    await settled();
    await workers()[0].answer(opened("a-model"));
    await opening;
    const film = screen("a");
    await workers()[0].fail("trap");
    await film;
    const waiting = [screen("b"), screen("c")];
    for (let i = 0; i < 3; ++i)
      await workers().at(-1).answer({ type: "refused", message: "no memory" });
    for (const one of waiting) assert.match((await one).screening.message, /no model.*no memory/);
    assert.match((await screen("d")).screening.message, /no memory/);
    await assert.rejects(picture(), /no memory/);
  });
});

test("there are as many workers as cores, or as gigabytes where the browser tells of fewer", () => {
  const { navigator } = globalThis;
  const helpful = (told) => {
    Object.defineProperty(globalThis, "navigator", { value: told, configurable: true });
    return helpfulWorkers();
  };
  try {
    assert.equal(helpful({ hardwareConcurrency: 3, deviceMemory: 8 }), 3);
    assert.equal(helpful({ hardwareConcurrency: 16, deviceMemory: 2 }), 2);
    assert.equal(helpful({ hardwareConcurrency: 16, deviceMemory: 0.5 }), 1);
    assert.equal(helpful({ hardwareConcurrency: 16 }), 4);
    assert.equal(helpful({ deviceMemory: 8 }), 1);
  } finally {
    Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  }
});
