// The films that wait: how many run at a time, how far they are, how long the rest takes, a halt, an
// end.

import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { pageModule } from "./page_module.mjs";

const { Queue } = await pageModule("queue.ts");

describe("the queue", () => {
  let now, queue, started, urgent, cancelled, changes, ends;
  mock.method(performance, "now", () => now);
  beforeEach(() => {
    now = 1000;
    [started, urgent, cancelled, changes, ends] = [[], [], [], 0, new Map()];
    queue = new Queue(2, () => ++changes);
  });
  const add = (...names) =>
    queue.add(
      names.map((name) => ({
        film: name,
        start: (isUrgent) => {
          (isUrgent ? urgent : started).push(name);
          return new Promise((end) => ends.set(name, end));
        },
        cancel: () => cancelled.push(name),
      })),
    );
  const end = async (name) => {
    ends.get(name)();
    await new Promise(setImmediate);
  };
  const state = () => [queue.done, queue.total, queue.busy];

  test("it says of each change whether somebody did something or a film came to its end", async () => {
    const said = [];
    queue = new Queue(1, (what) => said.push(what));
    const deeds = [
      () => add("a", "b", "c", "d"),
      () => queue.first("d"),
      () => queue.pause(),
      () => queue.resume(),
      () => queue.drop(new Set(["b"])),
      () => queue.cancel(),
    ];
    for (const [i, deed] of deeds.entries()) {
      deed();
      assert.deepEqual(
        said,
        deeds.slice(0, i + 1).map(() => "deed"),
      );
    }
    await end("a");
    await end("d");
    assert.deepEqual(said.slice(deeds.length), ["result", "result"]);
  });

  test("so many run at a time, in the order of giving", async () => {
    assert.deepEqual(state(), [0, 0, false]);
    add("a", "b", "c", "d");
    assert.deepEqual(started, ["a", "b"]);
    assert.deepEqual(state(), [0, 4, true]);
    await end("b");
    assert.deepEqual(started, ["a", "b", "c"]);
    add("e");
    await end("a");
    await end("c");
    assert.deepEqual(started, ["a", "b", "c", "d", "e"]);
    assert.deepEqual(state(), [3, 5, true]);
    await end("d");
    assert.deepEqual(state(), [4, 5, true], "the last is still read");
    await end("e");
    assert.deepEqual(state(), [5, 5, false]);
  });

  test("what is given to an empty queue is a run of its own", async () => {
    add("a");
    now += 500;
    await end("a");
    add("b", "c");
    assert.deepEqual(state(), [0, 2, true]);
    now += 10;
    await end("b");
    assert.equal(queue.remaining, 10);
  });

  test("the rest takes as long as the films before it, halts not counted", async () => {
    add("a", "b", "c", "d", "e", "f");
    assert.equal(queue.remaining, null, "nothing is known yet");
    now += 600;
    await end("a");
    assert.equal(queue.remaining, 5 * 600);
    await end("b");
    assert.equal(queue.remaining, 4 * 300);
    queue.pause();
    now += 300;
    await end("c");
    await end("d");
    assert.equal(queue.remaining, 2 * 225, "900 milliseconds for four");
    now += 100_000;
    assert.equal(queue.remaining, 2 * 225, "nothing runs while it is halted");
    queue.resume();
    now += 100;
    await end("e");
    assert.equal(queue.remaining, 200, "1000 milliseconds for five");
  });

  test("a halted queue begins nothing until it goes on", async () => {
    add("a", "b", "c");
    queue.pause();
    assert.equal(queue.paused, true);
    await end("a");
    add("d");
    assert.deepEqual(started, ["a", "b"]);
    assert.equal(queue.busy, true);
    queue.resume();
    assert.equal(queue.paused, false);
    assert.deepEqual(started, ["a", "b", "c"]);
    await end("b");
    assert.deepEqual(started, ["a", "b", "c", "d"]);
  });

  test("ended, what runs is finished and the others are told", async () => {
    add("a", "b", "c", "d");
    queue.pause();
    queue.cancel();
    assert.deepEqual(cancelled, ["c", "d"]);
    assert.deepEqual(state(), [0, 2, true]);
    assert.equal(queue.paused, false);
    await end("a");
    await end("b");
    assert.deepEqual(state(), [2, 2, false]);
    assert.deepEqual(started, ["a", "b"]);
  });

  test("what somebody looks at is begun at once, beyond those that run, and is counted", async () => {
    add("a", "b", "c", "d", "e");
    queue.first("d");
    assert.deepEqual([started, urgent], [["a", "b"], ["d"]]);
    await end("a");
    assert.deepEqual(started, ["a", "b"], "as many run as may");
    await end("b");
    assert.deepEqual(started, ["a", "b", "c"]);
    queue.first("a"); // which is done
    queue.pause();
    queue.first("e");
    assert.deepEqual(urgent, ["d"], "a halted queue begins nothing");
    queue.resume();
    await end("c");
    await end("d");
    await end("e");
    assert.deepEqual(started, ["a", "b", "c", "e"]);
    assert.deepEqual(state(), [5, 5, false]);
  });

  test("what was taken from the list is told, and not begun", async () => {
    add("a", "b", "c", "d", "e");
    queue.drop(new Set(["b", "d", "x"]));
    assert.deepEqual(cancelled, ["d"], "b runs");
    assert.deepEqual(state(), [0, 4, true]);
    for (const name of ["a", "b", "c", "e"]) await end(name);
    assert.deepEqual(started, ["a", "b", "c", "e"]);
    assert.deepEqual(state(), [4, 4, false]);
  });

  test("every change is told", async () => {
    const told = async (work) => {
      const before = changes;
      await work();
      return changes > before;
    };
    assert.ok(await told(() => add("a", "b", "c")));
    assert.ok(await told(() => queue.first("c")));
    add("d");
    assert.ok(await told(() => queue.drop(new Set(["d"]))));
    assert.ok(await told(() => queue.pause()));
    assert.ok(await told(() => end("a")));
    assert.ok(await told(() => queue.resume()));
    assert.ok(await told(() => queue.cancel()));
  });
});
