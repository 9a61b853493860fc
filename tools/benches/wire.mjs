// What goes over the wire: files as a server would send them, by brotli at its highest level.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { apart } from "../../web/build/packed.ts";
import { kResults } from "./figures.mjs";

// A runtime of 14 MB takes most of a minute, so sizes are kept by the file's digest.
const kKept = resolve(kResults, "brotli.json");

// Bytes of the files together, each compressed by itself.
export const wireSize = (files) => compressed(files.map((file) => readFileSync(file)));

// Bytes of a model as the page carries it, its even bytes before its odd ones.
export const wireSizeOfModel = (file) => compressed([apart(readFileSync(file))]);

function compressed(pieces) {
  const kept = existsSync(kKept) ? JSON.parse(readFileSync(kKept, "utf8")) : {};
  const sizes = pieces.map((bytes) => {
    const digest = createHash("sha256").update(bytes).digest("hex");
    kept[digest] ??= brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_LGWIN]: 24,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }).length;
    return kept[digest];
  });
  writeFileSync(kKept, JSON.stringify(kept));
  return sizes.reduce((sum, size) => sum + size, 0);
}
