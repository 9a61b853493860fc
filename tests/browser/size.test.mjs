// The single file is at most one megabyte without its DICOM block (web/build/dicom.ts).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { singleFile } from "./chromium.mjs";

const limit = 1_000_000; // bytes

test("the single file fits", (context) => {
  const html = readFileSync(singleFile, "utf8");
  const packed = html.match(/H4sI[\w+/=]{1000,}/g);
  const dicom = packed.filter((text) =>
    gunzipSync(Buffer.from(text, "base64")).toString("latin1", 0, 9).startsWith('[["script'),
  );
  assert.equal(dicom.length, 1);
  const size = Buffer.byteLength(html) - dicom[0].length;
  context.diagnostic(`${size} bytes without the DICOM block, which has ${dicom[0].length}`);
  assert.ok(size <= limit, `${size} bytes; at most ${limit} wanted`);
});
