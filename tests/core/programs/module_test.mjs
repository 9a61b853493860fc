// A module as the page uses it: node module_test.mjs MODULE.MJS FIXTURES ENGINE THREADS
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { crc32, deflateSync } from "node:zlib";

const [modulePath, fixtures, engine, threadCount] = process.argv.slice(2);
const threads = Number(threadCount);
const { default: createThoraxlite } = await import(resolve(modulePath));
const wasmBinary = readFileSync(modulePath.replace(/mjs$/, "wasm"));

// The page's content security policy forbids code from text.
globalThis.eval = () => assert.fail("eval was called");
globalThis.Function = function () {
  assert.fail("Function was called");
};

const cString = (module, at) =>
  Buffer.from(module.HEAPU8.subarray(at, module.HEAPU8.indexOf(0, at))).toString();

function call(module, name, ...args) {
  const pointers = [];
  const values = args.map((arg) => {
    if (typeof arg === "number") return arg;
    const bytes = typeof arg === "string" ? Buffer.from(`${arg}\0`) : arg;
    const pointer = module._thoraxlite_allocate(bytes.length || 1);
    assert.notEqual(pointer, 0);
    module.HEAPU8.set(bytes, pointer);
    pointers.push(pointer);
    return pointer;
  });
  const text = cString(module, module[`_thoraxlite_${name}`](...values));
  pointers.forEach((pointer) => module._thoraxlite_free(pointer));
  return JSON.parse(text);
}

const bytesOf = (name) => readFileSync(join(fixtures, name));
const open = (module, name, wanted = "auto") => {
  const model = bytesOf(name);
  return call(module, "open", model, model.length, "00ff", wanted, threads);
};
const screen = (module, name, showAnyway = 0) => {
  const file = bytesOf(name);
  return call(module, "screen", name, file, file.length, showAnyway);
};

const module = await createThoraxlite({ wasmBinary, threads });
const version = readFileSync(resolve(modulePath, "../version.txt"), "utf8").trim();
assert.equal(cString(module, module._thoraxlite_version()), version);

for (const [name, message] of [
  ["models/empty.safetensors", /it is empty/],
  ["models/wrong_shapes.safetensors", /has a weight of shape/],
  ["models/off_self_test.safetensors", /does not pass its own self-test/],
]) {
  assert.match(open(module, name).error, message);
}

// Each module has one engine; the simd engine's runs what is made of blocks, and says what it cannot.
assert.equal(
  open(module, "models/blocks.safetensors", "reference").error,
  "The reference engine is not part of this build.",
);
const unblocked = open(module, "models/dense.safetensors");
if (engine === "simd") assert.match(unblocked.error, /^The simd engine cannot run node "conv0"/);
else assert.equal(unblocked.engine, engine);

// Networks from elsewhere are for the module with XNNPACK, which passes their self-test; the small ones
// do not read their operators.
const large = open(module, "models/large.safetensors");
if (engine === "simd") assert.match(large.error, /^The model file does not fit: node "conv" /);
else assert.equal(large.engine, engine);

const scores = {};
for (const wanted of [engine, "auto"]) {
  const opened = open(module, "models/blocks.safetensors", wanted);
  assert.equal(opened.error, undefined);
  assert.equal(opened.card.name, "made");
  assert.equal(opened.engine, engine);
  for (const film of ["films/b.png", "films/a/c.jpg"]) {
    const screening = screen(module, film);
    assert.equal(screening.status, "ok", screening.message);
    assert.deepEqual(Object.keys(screening), [
      "file",
      "film",
      "time",
      "status",
      "message",
      "refusal",
      "shown_anyway",
      "change",
      "operating_point",
      "operating_points",
      "findings",
      "novelty",
      "evidence",
      "image",
      "notes",
      "model",
      "version",
      "milliseconds",
    ]);
    assert.equal(screening.version, version);
    const score = screening.findings[0].score;
    assert.ok(Math.abs(score - (scores[film] ?? score)) < 1e-5);
    scores[film] = score;
  }
}

assert.match(screen(module, "bad/truncated.jpg").message, /truncated/);
assert.match(screen(module, "bad/huge.png").message, /20000 x 20000/);
const blank = screen(module, "refused/blank.png");
assert.equal(blank.status, "refused");
assert.deepEqual(blank.refusal, { type: "blank", passes_as: null });
assert.deepEqual(blank.findings, []);
const shown = screen(module, "refused/blank.png", 1);
assert.deepEqual([shown.status, shown.shown_anyway], ["refused", true]);
assert.equal(shown.findings.length, 2);

// What each operating point of a model makes of a score stands beside what its default does.
{
  assert.equal(open(module, "models/sets.safetensors").error, undefined);
  const { operating_point, operating_points, findings } = screen(module, "films/b.png");
  assert.equal(operating_point, "youden");
  assert.deepEqual(operating_points, ["youden", "sensitivity_90", "sensitivity_90/adults"]);
  for (const [i, thresholds] of [
    [0.25, 0.125, 0.1875],
    [0.75, 0.5, null],
  ].entries()) {
    const { score, threshold, positive, judgements } = findings[i];
    assert.deepEqual(
      judgements.map(({ threshold }) => threshold),
      thresholds,
    );
    for (const { threshold, positive } of judgements)
      assert.equal(positive, threshold !== null && score >= threshold);
    assert.deepEqual([threshold, positive], [judgements[0].threshold, judgements[0].positive]);
  }
  assert.equal(open(module, "models/blocks.safetensors").error, undefined);
}

// A film that the caller decoded is scored as the file itself is.
{
  const film = bytesOf("films/b.png");
  const { width, height, max_value } = call(module, "decode", film, film.length);
  assert.deepEqual([width, height, max_value], [80, 70, 65535]);
  const at = module._thoraxlite_pixels();
  const pixels = Buffer.from(module.HEAPU8.slice(at, at + 2 * width * height));
  const screenPixels = (colourfulness, isLateral) => {
    const facts = [colourfulness, NaN, isLateral, "", "", 0, 0, 0];
    return call(module, "screen_pixels", "b", pixels, width, height, max_value, ...facts);
  };
  const screening = screenPixels(0, 0);
  assert.equal(screening.status, "ok", screening.message);
  assert.deepEqual(screening.findings, screen(module, "films/b.png").findings);
  assert.equal(screenPixels(0.3, 0).refusal.type, "colour");
  assert.equal(screenPixels(0, 1).refusal.type, "lateral");
}
assert.match(call(module, "decode", Buffer.alloc(0), 0).error, /empty/);
assert.equal(module._thoraxlite_pixels(), 0);

// Memory must come back: many films, of many sizes, do not make the module grow.
{
  const chunk = (type, data) => {
    const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type), data, Buffer.alloc(4)]);
    bytes.writeUInt32BE(data.length);
    bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), data.length + 8);
    return bytes;
  };
  // Grey, with its pixels in several pieces.
  const png = (width, height) => {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width);
    header.writeUInt32BE(height, 4);
    header[8] = 8;
    const rows = Buffer.alloc((width + 1) * height);
    for (let y = 0, at = 0; y < height; y++) {
      rows[at++] = 0;
      for (let x = 0; x < width; x++) rows[at++] = (x * 3 + ((x * y) % 31) * 5) & 255;
    }
    const pixels = deflateSync(rows, { level: 1 });
    const half = pixels.length >> 1;
    return Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      chunk("IHDR", header),
      chunk("IDAT", pixels.subarray(0, half)),
      chunk("IDAT", pixels.subarray(half)),
      chunk("IEND", Buffer.alloc(0)),
    ]);
  };
  const sides = [
    [900, 1100],
    [300, 200],
    [1500, 1400],
    [640, 640],
    [100, 2000],
  ];
  const films = [...sides.map((side) => png(...side)), bytesOf("films/a/c.jpg")];
  const screenAll = (step) => {
    for (let i = 0, at = 0; i < films.length; i++, at = (at + step) % films.length) {
      const { status, image } = call(module, "screen", "film", films[at], films[at].length, 1);
      assert.notEqual(status, "error");
      if (at < sides.length) assert.deepEqual([image.width, image.height], sides[at]);
    }
  };
  screenAll(1);
  const before = module.HEAPU8.length;
  for (let i = 0; i < 20; i++) screenAll(i % 2 === 0 ? 5 : 1);
  assert.equal(module.HEAPU8.length, before);
}

console.log("the module works:", JSON.stringify(scores));
process.exit(0); // threads that wait for work would keep node alive
