// tools/bench networks [--quick]: networks from elsewhere, imported, in Chromium against the peers, on one
// thread and over a folder. What is measured stands in tools/README.md.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { open } from "./browsers.mjs";
import { bundle } from "./bundle.mjs";
import { contenders, kFolders, kMade, kPeers } from "./contender_list.mjs";
import { kRoot, median, short, table, versionsOf, writeResults } from "./figures.mjs";
import { films, greyPixels } from "./films.mjs";
import { usualFolder, usualWay } from "./film_race.mjs";
import { writeForPeers, writePage } from "./formats.mjs";
import { graphOf } from "./graph.mjs";
import { coldStarts, race } from "./race.mjs";
import { kSite, ourFolder } from "./real_page.mjs";
import { serve } from "./server.mjs";
import { kTolerance } from "./tolerance.mjs";
import { wireSize } from "./wire.mjs";

const quick = process.argv.includes("--quick");
const plan = quick
  ? { warmUp: 0, rounds: 1, calls: 1, loads: 1, patience: 60_000 }
  : { warmUp: 3, rounds: 15, calls: 1, loads: 3, patience: 120_000 };
// A few distinct films, again and again.
const folderPlan = quick
  ? { turns: 1, films: 4, distinct: 2, size: 1000 }
  : { turns: 3, films: 60, distinct: 20, size: 2000 };
const names = quick ? ["mobilenet_v2"] : ["densenet121", "mobilenet_v2", "efficientnet_b0"];
const distill = process.env.CXR_DISTILL ?? resolve(kRoot, "build/native/native/cxr-distill");

mkdirSync(kMade, { recursive: true });
writePage(kMade);
const peers = ["onnxruntime", "tensorflow", "litert"];
await bundle(["page", "ours", ...peers, ...peers.map((peer) => `film_${peer}`)], kMade);
const [film] = films(224, "png");
const grey = resolve(kMade, "film.bytes");
writeFileSync(grey, greyPixels(film));
execFileSync(process.env.PYTHON ?? "/usr/bin/python3", [
  resolve(import.meta.dirname, "networks.py"),
  ...[kMade, grey, ...names],
]);
const networks = names.map(made);
const ours = ({ isOurs, name }) => !isOurs || name.includes("xnnpack");
const server = await serve({ ...kFolders, "/site": [kSite] });
const browser = await open("chromium");
const results = {
  tolerance: kTolerance,
  plan,
  folderPlan,
  versions: versionsOf(kPeers),
  networks: [],
};
try {
  results.browser = await browser.version();
  for (const network of networks) results.networks.push(await measure(network));
} finally {
  browser.process().kill();
  server.close();
}
writeResults(quick ? "networks-quick" : "networks", results);

// The ONNX file of torchvision's exporter, imported, and written for those that read no ONNX.
function made(stem) {
  const file = resolve(kMade, `${stem}.safetensors`);
  const labels = Array.from({ length: 18 }, (_, i) => `finding ${i + 1}`).join(",");
  const onnx = resolve(kMade, `${stem}.onnx`);
  const input = "mean=0.5,std=0.25,size=224";
  const told = ["--labels", labels, "--input", input, "--activation", "sigmoid"];
  execFileSync(distill, ["import", onnx, "--output", file, "--type", "float32", ...told], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const bytes = readFileSync(file);
  const network = graphOf(bytes);
  const { size, mean, std } = network;
  writeForPeers(kMade, stem, network);
  const input32 = Float32Array.from(readFileSync(grey), (pixel) => (pixel / 255 - mean) / std);
  return {
    ...{ stem, file, size, mean, std, temperature: 1, input: input32, film: readFileSync(film) },
    sha256: createHash("sha256").update(bytes).digest("hex"),
    logits: JSON.parse(readFileSync(resolve(kMade, `${stem}.logits.json`), "utf8")),
  };
}

async function measure(network) {
  const { stem } = network;
  const all = (await coldStarts(browser, server.address, network, 1, plan)).filter(ours);
  const starts = all.filter(({ error }) => !error);
  const raced = await race(browser, server.address, network, starts, undefined, plan);
  const bytes = (name) =>
    fetched(
      stem,
      all.find((one) => one.name === name),
    );
  const rows = raced.map((row) => ({
    ...row,
    ...starts.find(({ name }) => name === row.name),
    bytes: bytes(row.name),
  }));
  const own = rows.find(({ name }) => name.endsWith("-relaxed"));
  console.log(`\n${stem}, one thread\n`);
  const head = ["", "median ms", "least ms", "times ours", "load ms", "first run ms"];
  const body = rows.map((row) => [
    row.name,
    ...[row.median, row.least, timesOf(row, own), row.load, row.first].map(short),
    ...[row.bytes / 1e6, row.memory / 1e6].map(short),
    row.difference.toExponential(1),
  ]);
  console.log(table([[...head, "MB fetched", "memory MB", "logits off by"], ...body]));
  for (const { name, error } of all) if (error) console.log(`${name} does not run: ${error}`);
  return { stem, rows, folder: await folder(network) };
}

// The page, as a site, and each peer by the usual way in as many workers as there are cores, in turns. Resolves
// to rows of { name, isOurs, seconds: [of each turn] }.
async function folder(network) {
  const { turns, films: count, size } = folderPlan;
  const distinct = films(size, "jpg", folderPlan.distinct);
  const paths = Array.from({ length: count }, (_, i) => distinct[i % distinct.length]);
  const page = { site: `${server.address}/site/index.html`, model: network.file };
  const usual = (peer) => () => {
    const way = usualWay(peer);
    return usualFolder(browser, server.address, network, distinct, count, way);
  };
  const rows = [
    { name: "our page", isOurs: true, run: () => ourFolder(paths, page) },
    ...peers.map((peer) => ({ name: `the usual way, ${peer}`, isOurs: false, run: usual(peer) })),
  ].map((row) => ({ ...row, seconds: [] }));
  for (let turn = 0; turn < turns; ++turn)
    for (const { seconds, run } of rows) seconds.push((await run()).seconds);
  const [own] = rows;
  const timesOwn = ({ seconds }) => median(seconds.map((time, i) => time / own.seconds[i]));
  console.log(`\n${network.stem}, a folder of ${count} JPEG films of ${size} pixels\n`);
  const head = ["", "films a minute", "times ours"];
  const body = rows.map((row) => [
    row.name,
    ...[(60 * count) / median(row.seconds), timesOwn(row)].map(short),
  ]);
  console.log(table([head, ...body]));
  return rows.map(({ name, isOurs, seconds }) => ({ name, isOurs, seconds }));
}

// Of each round the two that took turns in it: what else the machine does weighs on both.
function timesOf(row, own) {
  return median(row.milliseconds.map((milliseconds, i) => milliseconds / own.milliseconds[i]));
}

// Before the first result: the runtime by brotli, and the network as it is.
function fetched(stem, { isOurs, name, wire }) {
  const ending = isOurs
    ? "safetensors"
    : /onnx/.test(name)
      ? "onnx"
      : /Lite/.test(name)
        ? "tflite"
        : "bin";
  const runtime = wire.map((address) => {
    const [, mount, file] = /^(\/[^/]+)\/(.*)$/.exec(address);
    return kFolders[mount]
      .map((folder) => resolve(folder, file))
      .find((path) => statSync(path, { throwIfNoEntry: false }));
  });
  return (quick ? 0 : wireSize(runtime)) + statSync(resolve(kMade, `${stem}.${ending}`)).size;
}
