// The single file is at most 1,300,000 bytes without its DICOM block (web/build/dicom.ts). Prints what
// they are spent on.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { singleFile } from "./chromium.mjs";
import { pageModule } from "./page_module.mjs";

const limit = 1_300_000; // bytes

test("the single file fits", (context) => {
  const html = readFileSync(singleFile, "utf8");
  const parts = {};
  const count = (name, text) => (parts[name] = Buffer.byteLength(text));
  const block = /<script type="application\/octet-stream" id="packed-([^"]+)">([^<]*)<\/script>/g;
  for (const [whole, name] of html.matchAll(block)) count(name, whole);
  count("script", html.match(/<script type="module">.*?<\/script>/s)[0]);
  count("worker", html.match(/<script>.*?<\/script>/s)[0]);
  count("style", html.match(/<style>.*?<\/style>/s)[0]);
  const size = Buffer.byteLength(html);
  parts["the rest"] = size - Object.values(parts).reduce((sum, part) => sum + part);
  for (const [name, bytes] of Object.entries(parts)) context.diagnostic(`${name}: ${bytes} bytes`);
  assert.ok(parts.dicom > 0, "there is a DICOM block");
  const without = size - parts.dicom;
  context.diagnostic(`${without} bytes without the DICOM block; at most ${limit}`);
  assert.ok(without <= limit, `${without} bytes; at most ${limit} wanted`);
});

test("bytes as printable ASCII are the same again, and safe inside an element", async () => {
  const { decode, encode } = await pageModule("base91.ts");
  let seed = 1;
  const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 24;
  for (let length = 0; length < 60; ++length) {
    for (const byte of [() => 0, () => 255, random]) {
      const bytes = Uint8Array.from({ length }, byte);
      const text = encode(bytes);
      assert.deepEqual(decode(text), bytes, `${length} bytes`);
      assert.match(text, /^[!-~]+$/);
      assert.doesNotMatch(text, /[<&$]/);
    }
  }
  const many = Uint8Array.from({ length: 100_000 }, random);
  assert.deepEqual(decode(encode(many)), many);
  assert.ok(encode(many).length < 1.231 * many.length + 3);
});
