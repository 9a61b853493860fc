// tests/golden/dicom_cases.json through the page's reader; tests/native/dicom_cases_test.cpp sends the
// same cases through that of cxr-screen, and says what a case is.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { root } from "./chromium.mjs";
import { dicomFile, filmElements, syntaxes } from "./dicom_files.mjs";
import { read } from "./dicom_reader.mjs";

// In the order of FilmNote, wasm/core/film_facts.h.
const notes = [
  "turned_upright",
  "window_unusable",
  "decimal_comma",
  "table_scaled",
  "colours_reread",
  "frames_missing",
  "bytes_skipped",
  "transfer_syntax_wrong",
];

const hex = (digits) => Buffer.from(digits, "hex");

function element([tag, vr, value]) {
  return [parseInt(tag, 16), vr, valueOf(value)];
}

function valueOf(value) {
  if (value?.bytes !== undefined) return hex(value.bytes);
  if (value?.items !== undefined) return value.items.map((item) => item.map(element));
  if (value?.fragments !== undefined) return { fragments: value.fragments.map(hex) };
  return value;
}

function file({ pixels, with: more = [], syntax = syntaxes.explicit, says = syntax }) {
  const elements = filmElements({
    columns: pixels.length,
    rows: 1,
    pixels,
    bitsStored: 12,
    uid: syntax,
    more: more.map(element),
  });
  return dicomFile(elements, syntax, { says });
}

const cases = JSON.parse(readFileSync(resolve(root, "tests/golden/dicom_cases.json"), "utf8"));

for (const { name, expect, ...one } of cases)
  test(name, async () => {
    if (expect.error !== undefined) {
      await assert.rejects(read(file(one)), { message: expect.error });
      return;
    }
    const film = await read(file(one));
    const found = {
      grey: [...film.pixels],
      size: [film.width, film.height],
      frames: film.frames,
      notes: notes.filter((_, i) => (film.notes >> i) & 1),
      lateral: film.isLateral,
      body_part: film.bodyPart,
      modality: film.modality,
      age: Number.isNaN(film.ageYears) ? null : film.ageYears,
      whole_age: Number.isNaN(film.ageYears) ? null : Math.floor(film.ageYears),
    };
    for (const [key, value] of Object.entries(expect)) {
      if (key === "age" && value !== null) assert.ok(Math.abs(found.age - value) < 1e-6, found.age);
      else assert.deepEqual(found[key], value, key);
    }
  });
