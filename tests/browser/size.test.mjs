// The single file is at most 1,300,000 bytes without its DICOM block (web/build/dicom.ts). Prints what
// they are spent on.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { singleFile } from "./chromium.mjs";

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
