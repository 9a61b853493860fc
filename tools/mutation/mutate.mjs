// node mutate.mjs PATH... [--seed N] [--count N]: what tools/mutate does.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { interrupt, run } from "./command.mjs";
import { renew } from "./copy.mjs";
import { faultsOf, inTurn } from "./faults.mjs";
import { suites } from "./suites.mjs";

const root = resolve(import.meta.dirname, "../..");
const kinds = ["noticed", "unnoticed", "not compiled"];

function fail(message) {
  console.error(`mutate: ${message}`);
  process.exit(2);
}

function options() {
  const usage = "usage: tools/mutate PATH... [--seed N] [--count N]";
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        seed: { type: "string", default: "1" },
        count: { type: "string", default: "20" },
      },
    });
    const [seed, count] = [Number(values.seed), Number(values.count)];
    if (!Number.isInteger(seed) || !(Number.isInteger(count) && count > 0)) fail(usage);
    if (positionals.length === 0) fail(usage);
    return { seed, count, paths: positionals.map((path) => relative(root, resolve(path))) };
  } catch {
    return fail(usage);
  }
}

const digest = (...texts) =>
  texts
    .reduce((hash, text) => hash.update(text), createHash("sha256"))
    .digest("hex")
    .slice(0, 12);
const step = (text) =>
  console.log(`[${String(Math.round(performance.now() / 1000)).padStart(4)} s] ${text}`);

const { seed, count, paths } = options();
const isAsked = (file) => paths.some((path) => file === path || file.startsWith(`${path}/`));
const tracked = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
}).split("\n");
const suite = suites.find(({ of }) => tracked.some((file) => isAsked(file) && of.test(file)));
if (suite === undefined)
  fail(`no source of web/src, wasm/core or native lies in ${paths.join(", ")}.`);

const folder = resolve(root, "build/mutate", suite.name);
const copy = resolve(folder, "copy");
// Not in the copy: a browser's sockets want short paths.
const temporary = mkdtempSync(resolve(tmpdir(), "thoraxlite-"));
process.on("exit", () => rmSync(temporary, { recursive: true, force: true, maxRetries: 10 }));
const files = renew(root, copy, suite.linked);
const sources = files.filter((file) => isAsked(file) && suite.of.test(file));
const textOf = (file) => readFileSync(resolve(copy, file), "utf8");

// What was found before holds as long as the source is the same and, where nothing noticed, the tests.
const tests = digest(...files.filter((file) => file.startsWith("tests/")).map(textOf));
const record = resolve(folder, `${digest(JSON.stringify(paths))}-seed${seed}.json`);
const before = existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : { faults: [] };
const known = new Map(
  before.faults
    .filter(({ result }) => result !== "unnoticed" || before.tests === tests)
    .map((fault) => [fault.key, fault]),
);

// Commands that the code without a fault passes, with how long a fault may take them: milliseconds.
const proof = resolve(folder, "unchanged.json");
const built = files.filter((file) => !/^tools\/mutation\/|\.md$/.test(file));
const state = digest(...built.map((file) => readFileSync(resolve(copy, file))));
const proven = existsSync(proof) ? JSON.parse(readFileSync(proof, "utf8")) : {};
const limits = proven.state === state ? proven.limits : {};
let planted; // { path, text }: what stands in the copy without the fault

function restore() {
  if (planted !== undefined) writeFileSync(planted.path, planted.text);
  planted = undefined;
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, async () => {
    await interrupt();
    restore();
    console.log("stopped; the same command goes on.");
    process.exit(130);
  });

const commandOf = ({ builds, tests }) => builds ?? tests;

// Without a fault, before the first that comes as far as the last of the steps.
async function proveUnchanged(steps) {
  for (const each of steps) {
    const command = commandOf(each);
    if (command in limits && !each.builds) continue;
    step(`unchanged: ${command}`);
    const { ended, output, seconds } = await run(command, {
      cwd: copy,
      limit: 7_200_000,
      temporary,
    });
    if (ended !== "well") {
      console.error(output);
      fail(`without any fault this fails: ${command}`);
    }
    limits[command] ??= 60_000 + 4000 * seconds;
    writeFileSync(proof, JSON.stringify({ state, limits }));
  }
}

function plant(fault) {
  planted = { path: resolve(copy, fault.file), text: fault.source };
  const { source, start, end, text } = fault;
  writeFileSync(planted.path, source.slice(0, start) + text + source.slice(end));
}

async function tryFault(fault, steps) {
  if (!(commandOf(steps[0]) in limits)) await proveUnchanged([...suite.prepare, steps[0]]);
  plant(fault);
  const started = performance.now();
  let outcome = { result: "unnoticed", by: "" };
  for (const [index, each] of steps.entries()) {
    const command = commandOf(each);
    if (!(command in limits)) {
      restore();
      await proveUnchanged(steps.slice(0, index + 1));
      return tryFault(fault, steps);
    }
    const { ended, output } = await run(command, {
      cwd: copy,
      limit: limits[command],
      temporary,
    });
    if (ended === "well") continue;
    outcome = each.builds
      ? { result: "not compiled", by: "" }
      : { result: "noticed", by: ended === "late" ? "did not end" : failedTest(output) };
    break;
  }
  restore();
  return { ...outcome, seconds: Math.round((performance.now() - started) / 1000) };
}

const failedTest = (output) =>
  /^ *(?:not ok \d+ - |✖ )(.*?)(?: \([\d.]+ms\))?$/m.exec(output)?.[1] ??
  /\d+ - (\S+) \(Failed\)/.exec(output)?.[1] ??
  "";

// Every fault of the sources, with the line that it changes.
function allFaults() {
  return sources.flatMap((file) => {
    const source = textOf(file);
    return faultsOf(source, !file.startsWith("web/")).map((fault) => {
      const from = source.lastIndexOf("\n", fault.start - 1) + 1;
      const to = (source.indexOf("\n", fault.end) + 1 || source.length + 1) - 1;
      return {
        ...fault,
        file,
        source,
        key: digest(file, source, String(fault.start), fault.text),
        line: source.slice(0, fault.start).split("\n").length,
        was: source.slice(from, to).trim(),
        is: (source.slice(from, fault.start) + fault.text + source.slice(fault.end, to)).trim(),
      };
    });
  });
}

function write(all) {
  // Without the source.
  const faults = all.map(({ source, start, end, text, ...fault }) => fault);
  const revision = execFileSync("git", ["describe", "--always", "--dirty"], {
    cwd: root,
    encoding: "utf8",
  }).trim();
  const counts = Object.fromEntries(
    kinds.map((kind) => [kind, faults.filter(({ result }) => result === kind).length]),
  );
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(
    record,
    JSON.stringify({ date, revision, paths, seed, tests, counts, faults }, null, 1) + "\n",
  );
  return counts;
}

const told = ({ file, line, kind, was, is, result, by, seconds }) =>
  `${result.padEnd(12)} ${file}:${line} ${kind}, ${seconds} s${by === "" ? "" : `, by ${by}`}\n` +
  `               - ${was}\n               + ${is}`;

// The nearest tests first, for every fault; everything for those that they did not notice.
const faults = [];
let compiled = 0;
function note(fault) {
  step(`${compiled} of ${count}: ${told(fault)}`);
  known.delete(fault.key);
  write([...faults, ...known.values()]); // should it be stopped, nothing is tried twice
}
for (const fault of inTurn(allFaults(), seed)) {
  if (compiled === count) break;
  const near = suite.steps(fault.file).filter(({ everything }) => !everything);
  const outcome = known.get(fault.key) ?? (await tryFault(fault, near));
  faults.push({ ...fault, ...outcome });
  if (outcome.result !== "not compiled") ++compiled;
  note(faults.at(-1));
}
for (const fault of faults) {
  if (fault.result !== "unnoticed" || fault.byEverything) continue;
  const all = suite.steps(fault.file).filter(({ builds, everything }) => builds || everything);
  Object.assign(fault, await tryFault(fault, all), { byEverything: true });
  note(fault);
}

const counts = write(faults);
console.log(`\nunnoticed:`);
for (const fault of faults.filter(({ result }) => result === "unnoticed")) console.log(told(fault));
console.log(
  `\nseed ${seed}: ${compiled} faults compiled, ${counts.noticed} noticed, ${counts.unnoticed} unnoticed; ` +
    `${counts["not compiled"]} did not compile.\nAll of them: ${relative(root, record)}`,
);
