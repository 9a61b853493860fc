// tools/bench web [--quick]: the student in browsers, ours against the peers. What is measured and
// what is not stands in tools/README.md.

import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { isInstalled, kBrowsers, open } from "./browsers.mjs";
import { bundle } from "./bundle.mjs";
import { contenders, kFolders, kMade, kPeers } from "./contender_list.mjs";
import { claimTable, short, table, versionsOf, writeResults } from "./figures.mjs";
import { kModel, writeFormats, writePage } from "./formats.mjs";
import { isBuilt, startNative } from "./native_program.mjs";
import { coldStarts, race } from "./race.mjs";
import { serve } from "./server.mjs";
import { kTolerance } from "./tolerance.mjs";
import { wireSize, wireSizeOfModel } from "./wire.mjs";

const quick = process.argv.includes("--quick");
const plan = quick
  ? { warmUp: 1, rounds: 3, calls: 1, loads: 1, strides: [1], patience: 30_000 }
  : { warmUp: 12, rounds: 20, calls: 3, loads: 5, strides: [1, 2], patience: 120_000 };

writePage(kMade);
await bundle(["page", "ours", "onnxruntime", "tensorflow", "litert"], kMade);
const students = [1, 2].map((stride) => writeFormats(kMade, stride));
const server = await serve(kFolders);

const results = { tolerance: kTolerance, plan, versions: versionsOf(kPeers), browsers: {} };
try {
  for (const name of Object.keys(kBrowsers)) {
    if (isInstalled(name)) results.browsers[name] = await measure(name);
    else console.log(`\n${name}: not installed at ${kBrowsers[name].path}, so not measured.`);
  }
} finally {
  server.close();
}
if (quick) {
  console.log("\n--quick: sizes on the wire and what must hold are left out.");
} else {
  results.wire = wire();
  results.claims = claims(results);
}
writeResults(quick ? "web-quick" : "web", results);

async function measure(name) {
  const browser = await open(name);
  try {
    const version = await browser.version();
    const races = [];
    const starts = [];
    for (const threads of [1, 2]) {
      const words = threads === 1 ? "one thread" : "two threads";
      const rows = await coldStarts(browser, server.address, students[1], threads, plan);
      printStarts(`${version}, ${words}, from a cold start, stride 2`, rows);
      starts.push(...rows);
      const running = rows.filter(({ error }) => error === undefined);
      if (threads === 1 && !running.some(({ isOurs }) => isOurs))
        throw new Error(`none of our modules runs in ${version}`);
      // With two threads a peer may fail, and the table says so; with one there must be a comparison.
      const missing = rows.find(({ isOurs, error }) => !isOurs && error);
      if (threads === 1 && missing) throw new Error(`${missing.name} does not run in ${version}`);
      for (const student of students.filter(({ stride }) => plan.strides.includes(stride))) {
        const program = isBuilt() ? await startNative(student.file, threads) : undefined;
        const raced = await race(browser, server.address, student, running, program, plan);
        await program?.close();
        if (!program?.torch) console.log("\nno cxr-bench-engines with LibTorch, so none is beside");
        printRace(`${version}, ${words}, stride ${student.stride}`, raced);
        races.push(...raced.map((row) => ({ ...row, threads })));
      }
    }
    return { version, races, starts };
  } finally {
    browser.process().kill();
  }
}

function printRace(title, all) {
  const rows = all.filter(({ error }) => !error);
  const ours = fastest(rows.filter(({ isOurs }) => isOurs));
  const best = ours ?? fastest(rows);
  console.log(`\n${title}\n`);
  const head = ["", "median ms", "least ms", "median, times", "least, times", "logits off by"];
  const body = rows.map((row) => [
    row.name,
    short(row.median),
    short(row.least),
    short(row.median / best.median),
    short(row.least / best.least),
    row.difference.toExponential(1),
  ]);
  console.log(table([head, ...body]));
  printErrors(all);
}

function printStarts(title, rows) {
  console.log(`\n${title}\n`);
  const head = ["", "load to ready ms", "first run ms", "memory MB"];
  const body = rows.map(({ name, load, first, memory }) => [
    name,
    short(load),
    short(first),
    short(memory / 1e6),
  ]);
  console.log(table([head, ...body]));
  printErrors(rows);
}

function printErrors(rows) {
  for (const { name, error } of rows) if (error) console.log(`${name} does not run: ${error}`);
}

// Bytes of what each needs, wasm and scripts; our weights beside them.
function wire() {
  const file = (address) => {
    const [, mount, name] = /^(\/[^/]+)\/(.*)$/.exec(address);
    return kFolders[mount].map((folder) => resolve(folder, name)).find(existsSync);
  };
  const rows = contenders(1).map(({ name, isOurs, wire: addresses, options }) => {
    const isWasm = (address) => address.endsWith(".wasm");
    return {
      name: isOurs ? `ours, ${basename(options.module, ".mjs")}` : name,
      isOurs,
      wasm: wireSize(addresses.filter(isWasm).map(file)),
      scripts: wireSize(addresses.filter((address) => !isWasm(address)).map(file)),
    };
  });
  const each = [...new Map(rows.map((row) => [row.name, row])).values()];
  const weights = wireSizeOfModel(kModel);
  const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
  console.log("\non the wire, brotli at 11, kilobytes\n");
  const head = ["", "wasm", "scripts", "together"];
  const body = each.map(({ name, wasm, scripts }) => [
    name,
    ...[wasm, scripts, wasm + scripts].map(kilobytes),
  ]);
  console.log(table([head, ...body, ["our weights", "", "", kilobytes(weights)]]));
  return { each, weights };
}

function claims({ browsers: { chromium }, wire: { each, weights } }) {
  if (chromium === undefined) throw new Error("Chromium is not installed; the claims are about it");
  const rows = chromium.races.filter(({ stride, error }) => stride === 1 && !error);
  const bestOf = (chosen, threads) =>
    fastest(rows.filter((row) => row.threads === threads && chosen(row)))?.median;
  const ours = (threads) => bestOf(({ isOurs }) => isOurs, threads);
  const peer = (threads) => bestOf(({ isOurs, isNative }) => !isOurs && !isNative, threads);
  const libTorch = bestOf(({ isNative }) => isNative, 1);
  const atLeast = (claim, measured, wanted) => ({
    claim,
    measured: short(measured),
    wanted: `at least ${wanted}`,
    holds: measured >= wanted,
  });
  const atMost = (claim, measured, wanted) => ({
    claim,
    measured: short(measured),
    wanted: `at most ${wanted}`,
    holds: measured <= wanted,
  });
  const faster = (threads) => peer(threads) / ours(threads);
  const small = each.filter(({ isOurs }) => isOurs).sort((a, b) => a.wasm - b.wasm)[0];
  const quickest = (isOurs) =>
    Math.min(
      ...chromium.starts
        .filter((row) => row.isOurs === isOurs && row.threads === 1 && !row.error)
        .map(({ load }) => load),
    );
  const all = [
    atLeast("stride 1, one thread: times faster than the fastest peer", faster(1), 3.5),
    atLeast("stride 1, two threads: times faster than the fastest peer", faster(2), 3.3),
    atLeast("stride 1, one thread: of native LibTorch's speed", libTorch / ours(1), 0.8),
    atMost("smallest module's wasm, KB by brotli", small.wasm / 1000, 75),
    atMost("with script and weights, KB", (small.wasm + small.scripts + weights) / 1000, 315),
    atMost("load to ready, of the fastest peer's", quickest(true) / quickest(false), 0.2),
  ];
  console.log(`\n${claimTable(all)}`);
  return all;
}

function fastest(rows) {
  return [...rows].sort((a, b) => a.median - b.median)[0];
}
