// What a WebAssembly module's bytes are spent on: node tools/module-parts.mjs [MODULE...]
// As the linker counted them (build/wasm/wasm/MODULE.map), before Binaryen made the module smaller.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const folder = resolve(import.meta.dirname, "../build/wasm/wasm");
const [core, xnnpack] = [/libthoraxlite_core\.a/, /lib(XNNPACK|XNNPACK_relaxed|pthreadpool)\.a/];
// The first that an object's file and archive fit to.
const parts = [
  ["XNNPACK and its thread pool", xnnpack],
  ["Emscripten's system libraries", /\/sysroot\/lib\//],
  ["texts, which the linker merged", /^<internal>$/],
  ["JPEG", /\b(decode_jpeg|jpeg_\w+|inverse_dct)\b/],
  ["PNG", /\b(adler32|deflate_decompress|zlib_decompress|utils|decode_png|png_container|crc32)\b/],
  [
    "reading models, and JSON",
    /\b(card|graph|head|json\w*|decimal|model|novelty_tensors|operators|safetensors)\.cpp/,
  ],
  [
    "the engine",
    /\b(engine|simd|block_network|kernels|packed_weights|conv_engine|targets|toom_cook|workers|xnnpack)\.cpp/,
  ],
  ["films to findings, and the interface", core],
  ["films to findings, and the interface", /\.dir\/|libthoraxlite_version\.a/],
];

function bytesByPart(module) {
  const bytes = new Map(parts.map(([name]) => [name, 0]));
  let section = "";
  for (const line of readFileSync(resolve(folder, `${module}.map`), "utf8").split("\n")) {
    section = line.match(/^ +\S+ +[0-9a-f]+ +[0-9a-f]+ ([A-Z]+)/)?.[1] ?? section;
    const input = line.match(/^ +\S+ +[0-9a-f]+ +([0-9a-f]+) {9}(\S.*):\(.*\)$/);
    if (input === null || !["CODE", "DATA"].includes(section)) continue;
    const [, size, file] = input;
    const part = parts.find(([, pattern]) => pattern.test(file));
    if (part === undefined) throw new Error(`${module}.map: no part for ${file}`);
    bytes.set(part[0], bytes.get(part[0]) + parseInt(size, 16));
  }
  return bytes;
}

const named = process.argv.slice(2);
const modules = named.length > 0 ? named : ["thoraxlite", "thoraxlite-xnnpack"];
const columns = modules.map(bytesByPart);
const cell = (bytes) => bytes.toLocaleString("en").replaceAll(",", " ");
const row = (...cells) => console.log(`| ${cells.join(" | ")} |`);
row("bytes as linked", ...modules.map((name) => `\`${name}\``));
console.log(`|---|${"---:|".repeat(modules.length)}`);
for (const name of columns[0].keys()) row(name, ...columns.map((column) => cell(column.get(name))));
const sum = (column) => [...column.values()].reduce((total, bytes) => total + bytes);
row("in all", ...columns.map((column) => cell(sum(column))));
