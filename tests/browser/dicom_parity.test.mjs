// The same DICOM files through the page in Chromium and through cxr-screen: films drawn by
// cxr-phantom, in every syntax and with every kind of attribute that both read.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { PNG } from "pngjs";
import { launch, openFile, root } from "./chromium.mjs";
import { dicomFile, filmElements, lut, syntaxes, u16Bytes } from "./dicom_files.mjs";
import { compressedByDcmtk, dcmtkKinds, htj2k, jpeg2000 } from "./dicom_seeds.mjs";
import { screenInPage } from "./screen_in_page.mjs";
import { temporaryFolder } from "./temporary.mjs";

const native = resolve(root, process.env.THORAXLITE_NATIVE ?? "build/native");
const screen = resolve(native, "native/screen/cxr-screen");
const phantom = resolve(native, "native/phantom/cxr-phantom");
const model = resolve(root, process.env.THORAXLITE_MODEL ?? "weights/covid.safetensors");
const size = 640;
const largestAllowed = 1e-3;

const missing = [screen, phantom].find((program) => !existsSync(program));
const decimal = (tag, value) => [tag, "DS", String(value)];

// Codes of 12 bits of a drawn film.
function drawnFilm(folder) {
  execFileSync(phantom, [
    ...["--out", resolve(folder, "drawn"), "--kind", "lobar", "--size", String(size)],
    ...["--count", "1", "--seed", "7", "--depth", "16"],
  ]);
  const [file] = readdirSync(resolve(folder, "drawn/images"));
  const { data } = PNG.sync.read(readFileSync(resolve(folder, "drawn/images", file)), {
    skipRescale: true,
  });
  return Uint16Array.from({ length: size * size }, (_, i) => data[4 * i] >> 4);
}

async function films(pixels) {
  const grey = (options = {}) =>
    filmElements({ columns: size, rows: size, pixels, bitsStored: 12, ...options });
  const file = (options) => dicomFile(grey(options), options?.uid);
  const bytes = pixels.map((pixel) => pixel >> 4);
  const grey8 = dicomFile(
    filmElements({
      columns: size,
      rows: size,
      bitsAllocated: 8,
      pixels: Uint8Array.from(bytes),
    }),
  );
  const colours = inColours(bytes, [1, 1, 1]);
  const window = (centre, width, kind) => [
    decimal(0x00281050, centre),
    decimal(0x00281051, width),
    ...(kind === undefined ? [] : [[0x00281056, "CS", kind]]),
  ];
  const gamma = Uint16Array.from({ length: 4096 }, (_, i) => 65535 * (i / 4095) ** 0.8);
  const inverted = pixels.map((pixel) => 4095 - pixel);
  const uncompressed = Object.fromEntries(
    Object.entries(syntaxes).map(([name, uid]) => [name, file({ uid })]),
  );
  const compressed = Object.fromEntries(
    dcmtkKinds.map((kind) => [
      kind,
      compressedByDcmtk(kind === "jpegBaseline" ? grey8 : uncompressed.explicit, kind),
    ]),
  );
  return {
    ...uncompressed,
    ...compressed,
    withoutPrefix: dicomFile(grey(), syntaxes.explicit, { withPrefix: false }),
    dataSetAlone: dicomFile(grey({ uid: syntaxes.implicit }), syntaxes.implicit, {
      withMeta: false,
    }),
    signed: file({
      isSigned: true,
      pixels: pixels.map((pixel) => (pixel - 2048) & 0xfff),
      more: [decimal(0x00281052, 2048), ...window(2048, 4096)],
    }),
    highBit: file({ pixels: pixels.map((pixel) => (pixel << 4) | (pixel & 15)), highBit: 15 }),
    monochrome1: file({ pixels: inverted, photometric: "MONOCHROME1" }),
    inverse: file({ pixels: inverted, more: [[0x20500020, "CS", "INVERSE"]] }),
    linear: file({ more: window("1900\\100", "3300\\50") }),
    linearExact: file({ more: window(1900, 3300, "LINEAR_EXACT") }),
    sigmoid: file({ more: window(2000, 3000, "SIGMOID") }),
    rescaled: file({
      more: [decimal(0x00281052, -1000.5), decimal(0x00281053, 0.75), ...window(500, 3000)],
    }),
    modalityTable: file({ more: [[0x00283000, "SQ", [lut(0, 16, gamma)]]] }),
    voiTable: file({ more: [[0x00283010, "SQ", [lut(0, 16, gamma)]], ...window(1, 2)] }),
    voiTableBigEndian: file({
      uid: syntaxes.bigEndian,
      more: [[0x00283010, "SQ", [lut(0, 16, gamma, syntaxes.bigEndian)]]],
    }),
    padding: file({
      pixels: pixels.map((pixel, i) => (i % size < 40 ? 4095 : pixel >> 1)),
      more: [
        [0x00280120, "US", [4090]],
        [0x00280121, "US", [4095]],
      ],
    }),
    frames: dicomFile(
      filmElements({
        columns: size,
        rows: size,
        frames: 2,
        bitsStored: 12,
        pixels: Uint16Array.from([...pixels, ...inverted]),
      }),
    ),
    grey8,
    colours,
    coloursJpeg: compressedByDcmtk(colours, "jpegBaseline"),
    coloursRle: compressedByDcmtk(colours, "rle"),
    coloursJpegLs: compressedByDcmtk(colours, "jpegLs"),
    tinted: inColours(bytes, [1, 0.93, 0.87]),
  };
}

// A secondary capture of bytes, each times the parts of red, green and blue.
const inColours = (bytes, parts) =>
  dicomFile(
    filmElements({
      columns: size,
      rows: size,
      samples: 3,
      planar: 0,
      photometric: "RGB",
      bitsAllocated: 8,
      pixels: Uint8Array.from(
        { length: 3 * bytes.length },
        (_, i) => parts[i % 3] * bytes[Math.floor(i / 3)],
      ),
    }),
  );

// Pictures in colour, as they are stored and by codecs and a palette.
function coloured(pixels) {
  const bytes = pixels.map((pixel) => pixel >> 4);
  const table = (tag, part) => [
    tag,
    "OW",
    u16Bytes(Uint16Array.from({ length: 256 }, (_, i) => i * 257 * part)),
  ];
  const painted = inColours(bytes, [1, 0.5, 0.2]);
  return {
    painted,
    paintedJpeg: compressedByDcmtk(painted, "jpegBaseline"),
    paintedRle: compressedByDcmtk(painted, "rle"),
    paintedJpegLs: compressedByDcmtk(painted, "jpegLs"),
    paintedByPalette: dicomFile(
      filmElements({
        columns: size,
        rows: size,
        bitsAllocated: 8,
        photometric: "PALETTE COLOR",
        pixels: Uint8Array.from(bytes),
        more: [
          ...[0x00281101, 0x00281102, 0x00281103].map((tag) => [tag, "US", [256, 0, 16]]),
          table(0x00281201, 1),
          table(0x00281202, 0.5),
          table(0x00281203, 0.2),
        ],
      }),
    ),
  };
}

// The same film as the uncompressed one, nothing lost.
function ofWavelets(pixels) {
  const codestream = jpeg2000(pixels, size, size, 4095);
  const streams = {
    jpeg2000: ["1.2.840.10008.1.2.4.90", codestream],
    htj2k: ["1.2.840.10008.1.2.4.201", htj2k(pixels, size, size, 12)],
  };
  return Object.fromEntries(
    Object.entries(streams).map(([name, [uid, fragment]]) => [
      name,
      dicomFile(
        filmElements({
          columns: size,
          rows: size,
          bitsStored: 12,
          pixels: { fragments: [fragment] },
        }),
        uid,
      ),
    ]),
  );
}

describe("the page and cxr-screen", { skip: missing && `no ${missing}` }, () => {
  const folder = temporaryFolder();
  let browser, opened, files, inColour;
  const scoresOfNative = new Map();
  before(async () => {
    const pixels = drawnFilm(folder);
    files = { ...(await films(pixels)), ...ofWavelets(pixels) };
    inColour = coloured(pixels);
    // Names without an ending: both sides look at the content.
    const all = { ...files, ...inColour };
    for (const [name, bytes] of Object.entries(all)) writeFileSync(resolve(folder, name), bytes);
    const paths = Object.keys(all).map((name) => resolve(folder, name));
    const { stdout } = spawnSync(screen, ["--model", model, "--format", "json", ...paths], {
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    for (const line of stdout.trim().split("\n")) {
      const screening = JSON.parse(line);
      scoresOfNative.set(screening.file, screening);
    }
    browser = await launch();
    opened = await openFile(browser);
    await opened.page.evaluate(() => thoraxlite.ready);
  });
  after(() => browser?.close());

  const scores = ({ findings }) => findings.map(({ score }) => score);
  const difference = (a, b) => Math.max(...a.map((score, i) => Math.abs(score - b[i])));

  test(`give the same scores, within ${largestAllowed}`, async (context) => {
    let largest = 0;
    const all = new Set();
    for (const name of Object.keys(files)) {
      const page = await screenInPage(opened.page, resolve(folder, name));
      const own = scoresOfNative.get(resolve(folder, name));
      assert.equal(page.message, own.message, name);
      assert.equal(page.status, own.status, name);
      assert.ok(page.findings.length > 0, `${name}: ${page.message}`);
      assert.deepEqual(page.image, own.image, name);
      const found = difference(scores(page), scores(own));
      assert.ok(found <= largestAllowed, `${name}: ${found}`);
      largest = Math.max(largest, found);
      all.add(scores(own).join());
    }
    // Another way to grey is another score, so the comparison is of something.
    assert.ok(all.size > 10, `${all.size} different scores`);
    context.diagnostic(
      `${Object.keys(files).length} files, largest difference of a score ${largest}`,
    );
  });

  test("refuse a secondary capture in colour, and not one that is tinted", async () => {
    for (const name of Object.keys(inColour))
      for (const screening of [
        await screenInPage(opened.page, resolve(folder, name)),
        scoresOfNative.get(resolve(folder, name)),
      ]) {
        assert.equal(screening.status, "refused", `${name}: ${screening.message}`);
        assert.equal(screening.refusal.type, "colour", name);
        assert.deepEqual(screening.findings, []);
      }
  });

  test("leave the page silent", () => {
    assert.deepEqual(opened.requests.length, 1);
    assert.deepEqual(opened.complaints, []);
  });
});
