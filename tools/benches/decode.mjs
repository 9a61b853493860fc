// tools/bench decode [--quick]: a film's bytes to the network's 224x224 input, natively and as
// WebAssembly under node, which must give the same floats.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { kResults, kRoot, table, writeResults } from "./figures.mjs";

const kNative = resolve(kRoot, "build/native/wasm/bench_decode");
const kWasm = resolve(kRoot, "build/wasm/wasm/bench_decode.js");

const quick = process.argv.includes("--quick");
const sizes = quick ? [1000] : [1000, 2000, 3000, 4000];
const rounds = quick ? 1 : 25;
const kinds = [
  { name: "JPEG", format: "jpg", depth: 8 },
  { name: "PNG, 8 bit", format: "png", depth: 8 },
  { name: "PNG, 16 bit", format: "png", depth: 16 },
];

const run = (program, ...args) => execFileSync(program, args.map(String), { encoding: "utf8" });

// Drawn once, and kept.
function film(size, { format, depth }) {
  const folder = resolve(kResults, `decode/${format}${depth}-${size}`);
  const images = resolve(folder, "images");
  if (!existsSync(images)) {
    const phantom = resolve(kRoot, "build/native/native/phantom/cxr-phantom");
    const form = ["--size", size, "--format", format, "--depth", depth];
    run(phantom, "--out", folder, "--count", 1, "--seed", 7, ...form);
  }
  return resolve(images, readdirSync(images)[0]);
}

mkdirSync(kResults, { recursive: true });
const rows = [];
for (const size of sizes) {
  for (const kind of kinds) {
    const file = film(size, kind);
    const native = JSON.parse(run(kNative, rounds, file));
    const wasm = JSON.parse(run(process.execPath, kWasm, rounds, file));
    if (native.digest !== wasm.digest) {
      console.error(`${file}: WebAssembly gives other floats than native code`);
      process.exit(1);
    }
    rows.push({ kind: kind.name, size, bytes: native.bytes, native, wasm });
  }
}
const time = ({ film }) => `${film.median.toFixed(1)} (${film.least.toFixed(1)})`;
console.log("processor time in ms, median (least)\n");
console.log(
  table([
    ["film", "KB", "native", "WebAssembly", "ratio"],
    ...rows.map(({ kind, size, bytes, native, wasm }) => [
      `${kind} ${size} x ${size}`,
      (bytes / 1000).toFixed(0),
      time(native),
      time(wasm),
      (wasm.film.median / native.film.median).toFixed(2),
    ]),
  ]),
);
writeResults(quick ? "decode-quick" : "decode", { rounds, rows });
