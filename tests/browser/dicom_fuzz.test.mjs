// Thousands of damaged DICOM files, the same ones every time. Whatever is in a file, the reader gives
// a whole film or an Error with one sentence, and takes no more memory than a film of that size.

import assert from "node:assert/strict";
import { test } from "node:test";
import { read, isDicom } from "./dicom_reader.mjs";
import { seeds } from "./dicom_seeds.mjs";

// mulberry32: small, and the same everywhere.
function randomNumbers(seed) {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const interesting = [0, 1, 0x7f, 0x80, 0xff];

// One to four changes: a bit, a byte, a length, a cut, a hole, a piece twice, a piece of another file.
function mutated(seed, other, random) {
  let bytes = Uint8Array.from(seed);
  for (let changes = 1 + random(4); changes > 0 && bytes.length > 8; --changes) {
    // Half of the changes in the first kilobyte, where the elements are.
    const at = random(random(2) === 0 ? Math.min(bytes.length, 1024) : bytes.length);
    const length = 1 + random(random(2) === 0 ? 4 : 64);
    switch (random(8)) {
      case 0:
        bytes[at] ^= 1 << random(8);
        break;
      case 1:
        bytes[at] = interesting[random(interesting.length)];
        break;
      case 2:
        bytes[at] = random(256);
        break;
      case 3:
        bytes.fill(interesting[random(interesting.length)], at, at + (random(2) === 0 ? 2 : 4));
        break;
      case 4:
        bytes = bytes.slice(0, at);
        break;
      case 5:
        bytes = joined(bytes.subarray(0, at), bytes.subarray(at + length));
        break;
      case 6:
        bytes = joined(bytes.subarray(0, at + length), bytes.subarray(at));
        break;
      default: {
        const from = random(other.length);
        bytes = joined(
          bytes.subarray(0, at),
          other.subarray(from, from + length),
          bytes.subarray(at),
        );
      }
    }
  }
  return bytes;
}

const joined = (...parts) => Uint8Array.from(Buffer.concat(parts));

const count = Number(process.env.THORAXLITE_DICOM_MUTANTS ?? 6_000);

test(`${count} damaged files give a film or a sentence`, async () => {
  const files = Object.entries(await seeds());
  const random = randomNumbers(20261124);
  const sentences = new Map();
  let films = 0;
  let mostMemory = 0;
  for (let i = 0; i < count; ++i) {
    const [name, seed] = files[i % files.length];
    const file = mutated(seed, files[random(files.length)][1], random);
    assert.equal(typeof isDicom(file), "boolean");
    try {
      const film = await read(file);
      assert.equal(film.pixels.length, film.width * film.height, `${name}, mutant ${i}`);
      ++films;
    } catch (error) {
      assert.equal(error.constructor, Error, `${name}, mutant ${i}: ${error.stack}`);
      assert.match(error.message, /^[A-Z(].{10,250}[.]$/s, `${name}, mutant ${i}`);
      sentences.set(error.message.replaceAll(/\d+/g, "N"), i);
    }
    if (i % 100 === 0) mostMemory = Math.max(mostMemory, process.memoryUsage().rss);
  }
  // The mutants reach further than the first check, and not all of them are broken.
  assert.ok(films > count / 50, `${films} films`);
  assert.ok(sentences.size > 25, `${sentences.size} different sentences`);
  assert.ok(mostMemory < 2 ** 31, `${mostMemory} bytes`);
});
