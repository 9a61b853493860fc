// Who runs: every module of ours that is built, each with its one engine, and the peers.

import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { kResults, kRoot } from "./figures.mjs";
import { kFilms } from "./films.mjs";

export const kPeers = [
  "onnxruntime-web",
  "@tensorflow/tfjs-core",
  "@tensorflow/tfjs-backend-wasm",
  "@litertjs/core",
];
export const kCore = process.env.THORAXLITE_CORE ?? resolve(kRoot, "build/wasm/wasm");
const kPackages = resolve(import.meta.dirname, "node_modules");

// What is made for the browser: bundles, and the student in everyone's format.
export const kMade = resolve(kResults, "web");

// Addresses of the bench's server. Bundles are to be had in every folder, since LiteRT.js in a worker
// looks for its WebAssembly beside the worker's own script.
export const kFolders = {
  "/web": [kMade],
  "/films": [kFilms],
  "/core": [kCore, kMade],
  "/onnxruntime": [resolve(kPackages, "onnxruntime-web/dist"), kMade],
  "/tensorflow": [resolve(kPackages, "@tensorflow/tfjs-backend-wasm/dist"), kMade],
  "/litert": [resolve(kPackages, "@litertjs/core/wasm"), kMade],
};

// Modules of ours by name, without their ending; but for the one that only reads DICOM.
export function modules() {
  const found = existsSync(kCore) ? readdirSync(kCore) : [];
  const names = found
    .filter((file) => /^thoraxlite.*\.mjs$/.test(file))
    .map((file) => file.replace(/\.mjs$/, ""))
    .filter((name) => found.includes(`${name}.wasm`) && name !== "thoraxlite-dicom");
  if (names.length === 0) throw new Error(`no module in ${kCore}; build the preset wasm first`);
  return names;
}

// threads: 1 or 2. Each { name, isOurs, threads, script, place, options, wire }; wire: addresses of
// what a page would have to fetch, the script included unless it is only ours for this bench.
export function contenders(threads) {
  const ours = modules()
    .filter((module) => module.includes("threads") === threads > 1)
    .map((module) => ({
      name: `ours, ${module}`,
      isOurs: true,
      script: "/core/ours.js",
      options: { module: `/core/${module}.mjs`, engine: "auto" },
      wire: [`/core/${module}.mjs`, `/core/${module}.wasm`],
    }));
  const tensorflow = threads === 1 ? "simd" : "threaded-simd";
  const litert = `litert_wasm_${threads === 1 ? "" : "threaded_"}internal`;
  const peers = [
    {
      name: "onnxruntime-web",
      script: "/onnxruntime/onnxruntime.js",
      options: { runtime: "/onnxruntime" },
      wire: ["onnxruntime.js", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"].map(
        (file) => `/onnxruntime/${file}`,
      ),
    },
    {
      name: "TensorFlow.js wasm",
      script: "/tensorflow/tensorflow.js",
      options: { runtime: "/tensorflow" },
      wire: ["tensorflow.js", `tfjs-backend-wasm-${tensorflow}.wasm`].map(
        (file) => `/tensorflow/${file}`,
      ),
    },
    {
      name: "LiteRT.js",
      script: "/litert/litert.js",
      options: { runtime: "/litert" },
      wire: ["litert.js", `${litert}.js`, `${litert}.wasm`].map((file) => `/litert/${file}`),
      // Its build with threads ends in a worker; in the page it runs.
      place: threads === 1 ? "worker" : "page",
    },
  ].map((peer) => ({ isOurs: false, ...peer }));
  return [...ours, ...peers].map((contender) => ({ place: "worker", threads, ...contender }));
}
