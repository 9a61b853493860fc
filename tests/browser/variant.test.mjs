// Which build of the core a browser gets; under node, since nothing of it needs a page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browserFeatures, chooseVariant as choose } from "../../web/src/screening/variant.ts";

const modules = [
  "thoraxlite",
  "thoraxlite-relaxed",
  "thoraxlite-threads",
  "thoraxlite-relaxed-threads",
];
const chooseVariant = (features, workers) => choose(features, modules, workers);

const all = { simd: true, relaxedSimd: true, sharedMemory: true, cores: 8 };

test("a browser without SIMD gets no core", () => {
  assert.equal(chooseVariant({ ...all, simd: false }), undefined);
  assert.equal(chooseVariant({ ...all, simd: false, relaxedSimd: false }), undefined);
});

test("relaxed SIMD and threads are taken where both are there, and each by itself", () => {
  assert.deepEqual(chooseVariant(all), { module: "thoraxlite-relaxed-threads", threads: 4 });
  assert.deepEqual(chooseVariant({ ...all, relaxedSimd: false }), {
    module: "thoraxlite-threads",
    threads: 4,
  });
  assert.deepEqual(chooseVariant({ ...all, sharedMemory: false }), {
    module: "thoraxlite-relaxed",
    threads: 1,
  });
  assert.deepEqual(chooseVariant({ ...all, relaxedSimd: false, sharedMemory: false }), {
    module: "thoraxlite",
    threads: 1,
  });
});

test("a core that serves one thread gets the build without them", () => {
  assert.deepEqual(chooseVariant({ ...all, cores: 1 }), {
    module: "thoraxlite-relaxed",
    threads: 1,
  });
  assert.equal(chooseVariant(all, 8).threads, 1);
  assert.equal(chooseVariant(all, 8).module, "thoraxlite-relaxed");
  assert.equal(chooseVariant(all, 3).threads, 2);
  assert.equal(chooseVariant(all, 9).threads, 1);
  assert.equal(chooseVariant({ ...all, cores: 2 }).threads, 2);
});

test("only what is at hand is chosen", () => {
  assert.deepEqual(choose(all, ["thoraxlite"]), { module: "thoraxlite", threads: 1 });
  assert.deepEqual(choose(all, ["thoraxlite-relaxed", "thoraxlite"]), {
    module: "thoraxlite-relaxed",
    threads: 1,
  });
  assert.equal(choose(all, []), undefined);
});

test("of the builds with XNNPACK the one with relaxed SIMD is taken where it is there", () => {
  const large = ["thoraxlite-xnnpack-relaxed", "thoraxlite-xnnpack"];
  const chosen = (features, atHand = large) => choose({ ...all, ...features }, atHand).module;
  assert.equal(chosen({}), "thoraxlite-xnnpack-relaxed");
  assert.equal(chosen({ relaxedSimd: false }), "thoraxlite-xnnpack");
  assert.equal(chosen({}, ["thoraxlite-xnnpack"]), "thoraxlite-xnnpack");
});

test("node has SIMD and relaxed SIMD, and is no isolated page", () => {
  assert.deepEqual(browserFeatures(), {
    simd: true,
    relaxedSimd: true,
    sharedMemory: false,
    cores: navigator.hardwareConcurrency,
  });
});

test("an engine that refuses an instruction is believed", () => {
  const { validate } = WebAssembly;
  // The relaxed probe is the longer one.
  WebAssembly.validate = (module) => module.length < 60 && validate(module);
  try {
    const { simd, relaxedSimd } = browserFeatures();
    assert.deepEqual([simd, relaxedSimd], [true, false]);
  } finally {
    WebAssembly.validate = validate;
  }
});
