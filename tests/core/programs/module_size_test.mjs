// The small modules on the wire: node module_size_test.mjs MODULE.MJS...
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";

const limit = 67_000; // bytes by brotli at its highest level; 60 000 are wanted of the small one

for (const path of process.argv.slice(2)) {
  const module = readFileSync(path.replace(/mjs$/, "wasm"));
  const size = brotliCompressSync(module).length;
  console.log(`${path}: ${module.length} bytes, ${size} by brotli; at most ${limit}`);
  assert.ok(size <= limit, "the module has become too large");
}
