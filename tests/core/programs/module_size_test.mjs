// What the modules weigh on the wire, by brotli at its highest level: node module_size_test.mjs FOLDER
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

// Bytes. 75,000 are wanted of the small one, 200,000 of that with XNNPACK (wasm/README.md).
const limits = {
  thoraxlite: 75_000,
  "thoraxlite-relaxed": 75_500,
  "thoraxlite-threads": 82_000,
  "thoraxlite-relaxed-threads": 82_000,
  "thoraxlite-xnnpack": 200_000,
  "thoraxlite-xnnpack-relaxed": 200_000,
};

const [folder] = process.argv.slice(2);
const sizeOf = (file) => brotliCompressSync(readFileSync(join(folder, file))).length;
for (const [name, limit] of Object.entries(limits)) {
  const size = sizeOf(`${name}.wasm`);
  console.log(`${name}: ${size} bytes, its script ${sizeOf(`${name}.mjs`)}; at most ${limit}`);
  assert.ok(size <= limit, "the module has become too large");
}
