// The page's reader of DICOM files, function by function: what each attribute does to the pixels, and
// what each odd one is told. dicom_parity.test.mjs compares whole films with DCMTK.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { dicomFile, filmElements, lut, syntaxes, u16Bytes } from "./dicom_files.mjs";
import { isDicom, read } from "./dicom_reader.mjs";
import { compressedByDcmtk, dcmtkKinds, htj2k, jpeg2000 } from "./dicom_seeds.mjs";

// One row of pixels, so that each can be named.
const row = (pixels, options = {}) =>
  filmElements({ columns: pixels.length, rows: 1, pixels, ...options });
const greyOf = async (pixels, options = {}, choice = {}) => [
  ...(await read(dicomFile(row(pixels, options)), choice)).pixels,
];
const rounded = (share) => Math.floor(share * 65535 + 0.5);
const decimal = (tag, value) => [tag, "DS", String(value)];
const window = (centre, width, kind = "LINEAR_EXACT") => [
  decimal(0x00281050, centre),
  decimal(0x00281051, width),
  [0x00281056, "CS", kind],
];

describe("what is DICOM", () => {
  const elements = row([1, 2]);
  const kinds = {
    "a file with its prefix": dicomFile(elements),
    "one without a preamble": dicomFile(elements, syntaxes.explicit, { withPrefix: false }),
    "an explicit data set alone": dicomFile(elements, syntaxes.explicit, { withMeta: false }),
    "an implicit data set alone": dicomFile(elements, syntaxes.implicit, { withMeta: false }),
  };
  for (const [name, file] of Object.entries(kinds))
    test(`${name} is, and is read`, async () => {
      assert.ok(isDicom(file));
      assert.deepEqual([...(await read(file)).pixels], [0, 65535]);
    });
  test("JPEG, PNG, text, and too few bytes are not", () => {
    for (const bytes of [
      Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70]),
      Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
      Buffer.from("\x08\0is a text that begins in an odd way"),
      Buffer.from([8, 0, 5, 0]),
      Buffer.alloc(0),
      Buffer.alloc(4096),
    ])
      assert.equal(isDicom(bytes), false, bytes.toString("latin1"));
  });
});

describe("stored values", () => {
  const codes = Uint16Array.from({ length: 600 }, (_, i) => (i * 1543) % 4096);
  test("are the same in every uncompressed syntax", async () => {
    const films = [];
    for (const uid of Object.values(syntaxes)) {
      const film = await read(dicomFile(row(codes, { bitsStored: 12, uid }), uid));
      assert.equal(film.transferSyntax.uid, uid);
      films.push(film.pixels);
    }
    for (const pixels of films) assert.deepEqual(pixels, films[0]);
    assert.equal(films[0][1], rounded(1543 / Math.max(...codes)));
  });

  test("are the bits below the high bit, and no other", async () => {
    const shifted = Uint16Array.from([0, 100, 4095], (code) => (code << 3) | 0x8005);
    const pixels = await greyOf(shifted, { bitsStored: 12, highBit: 14 });
    assert.deepEqual(pixels, [0, rounded(100 / 4095), 65535]);
  });

  test("have a sign where the file says so", async () => {
    const pixels = await greyOf([0x800, 0xfff, 0, 0x7ff], {
      bitsStored: 12,
      isSigned: true,
      more: window(0, 4096),
    });
    assert.deepEqual(pixels, [0, rounded(2047 / 4096), 32768, rounded(4095 / 4096)]);
  });

  test("of 8 bits lie two in a big-endian word", async () => {
    const [bytes, uid] = [Uint8Array.from([20, 10, 40, 30]), syntaxes.bigEndian];
    const elements = row(bytes, { bitsAllocated: 8, uid });
    elements.at(-1)[1] = "OW";
    const film = await read(dicomFile(elements, uid));
    assert.deepEqual([...film.pixels], [0, rounded(1 / 3), rounded(2 / 3), 65535]);
  });

  const pixels = Uint16Array.from({ length: 40 * 30 }, (_, i) => 500 + ((i * 37) % 2900));
  const uncompressed = (options) =>
    filmElements({
      columns: 40,
      rows: 30,
      pixels,
      bitsStored: 12,
      more: window(2048, 4096),
      ...options,
    });
  for (const kind of dcmtkKinds.filter((kind) => kind !== "jpegBaseline"))
    test(`come back from ${kind}, as DCMTK compresses`, async () => {
      const whole = await read(dicomFile(uncompressed()));
      const film = await read(compressedByDcmtk(dicomFile(uncompressed()), kind));
      // Of 4096 steps: none where nothing is lost, 2 as asked for, and what a JPEG loses in noise.
      const steps = { jpegExtended: 60, jpegLsNear: 2 }[kind] ?? 0;
      assert.ok(largestDifference(film.pixels, whole.pixels) <= steps * 16, kind);
    });

  test("come back from JPEG 2000, as OpenJPEG compresses, in tiles and in JP2 boxes", async () => {
    const whole = await read(dicomFile(uncompressed()));
    for (const options of [
      ["-n", "3"],
      ["-n", "2", "-t", "16,16"],
      ["-n", "1"],
      ["-n", "3", "-p", "RPCL"],
    ]) {
      const fragments = [jpeg2000(pixels, 40, 30, 4095, options)];
      const film = await read(
        dicomFile(uncompressed({ pixels: { fragments } }), "1.2.840.10008.1.2.4.90"),
      );
      assert.deepEqual(film.pixels, whole.pixels, options.join(" "));
    }
  });

  test("come back from HTJ2K, as OpenJPH compresses", async () => {
    const whole = await read(dicomFile(uncompressed()));
    for (const uid of ["1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202"]) {
      const fragments = [await htj2k(pixels, 40, 30, 12)];
      const film = await read(dicomFile(uncompressed({ pixels: { fragments } }), uid));
      assert.deepEqual(film.pixels, whole.pixels);
    }
  });
});

// The bytes of a file's last fragment, to be replaced by others.
function withFragment(file, change) {
  const end = file.lastIndexOf(Buffer.from("feffdde000000000", "hex"));
  const start = file.lastIndexOf(Buffer.from("feff00e0", "hex"), end - 1) + 8;
  const changed = change(file.subarray(start, end));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(changed.length);
  return Buffer.concat([file.subarray(0, start - 4), length, changed, file.subarray(end)]);
}

describe("a compressed frame that is cut is no film, however it ends", () => {
  const [columns, rows] = [120, 100];
  const pixels = Uint16Array.from({ length: columns * rows }, (_, i) => 500 + ((i * 37) % 2900));
  const grey = (options) => filmElements({ columns, rows, bitsStored: 12, pixels, ...options });
  const grey8 = filmElements({
    columns,
    rows,
    bitsAllocated: 8,
    pixels: Uint8Array.from(pixels, (pixel) => pixel >> 4),
  });
  const ofStream = (uid, stream) => dicomFile(grey({ pixels: { fragments: [stream] } }), uid);
  const files = {
    ...Object.fromEntries(
      dcmtkKinds.map((kind) => [
        kind,
        compressedByDcmtk(dicomFile(kind === "jpegBaseline" ? grey8 : grey()), kind),
      ]),
    ),
    jpeg2000: ofStream("1.2.840.10008.1.2.4.90", jpeg2000(pixels, columns, rows, 4095)),
    htj2k: ofStream("1.2.840.10008.1.2.4.201", htj2k(pixels, columns, rows, 12)),
  };
  for (const [kind, file] of Object.entries(files))
    test(kind, async () => {
      assert.equal((await read(withFragment(file, (bytes) => bytes))).pixels.length, pixels.length);
      for (const percent of [10, 30, 60, 90, 97])
        for (const end of ["", "ffd9"])
          await assert.rejects(
            read(
              withFragment(file, (bytes) => {
                const cut = bytes.subarray(0, 2 * Math.floor((bytes.length * percent) / 200));
                return Buffer.concat([cut, Buffer.from(kind === "rle" ? "" : end, "hex")]);
              }),
            ),
            /truncated|damaged/,
            `${percent} %, ${end}`,
          );
    });
});

function largestDifference(a, b) {
  assert.equal(a.length, b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

describe("the way to grey", () => {
  const ramp = [0, 100, 200, 300, 400];
  const steps = async (options, choice) =>
    (await read(dicomFile(row(ramp, options)), choice)).steps;

  test("without a window is the image's full range", async () => {
    assert.deepEqual(await greyOf([100, 150, 300]), [0, rounded(0.25), 65535]);
    assert.deepEqual(await steps({}), ["dicomFullRange"]);
  });

  test("LINEAR, LINEAR_EXACT and SIGMOID", async () => {
    const share = (kind) => (value) => {
      if (kind === "SIGMOID") return 1 / (1 + Math.exp((-4 * (value - 200)) / 201));
      const at = kind === "LINEAR" ? (value - 199.5) / 200 : (value - 200) / 201;
      return Math.min(Math.max(at + 0.5, 0), 1);
    };
    for (const kind of ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
      assert.deepEqual(
        await greyOf(ramp, { more: window(200, 201, kind) }),
        ramp.map(share(kind)).map(rounded),
        kind,
      );
  });

  test("goes modality, VOI, then inversion", async () => {
    const more = [decimal(0x00281052, -100), decimal(0x00281053, 2), ...window(200, 400)];
    const options = { more, photometric: "MONOCHROME1" };
    assert.deepEqual(await greyOf([50, 100, 250], options), [65535, rounded(0.75), 0]);
    assert.deepEqual(await steps(options), [
      "dicomRescale",
      "dicomWindowLinearExact",
      "dicomInverted",
    ]);
  });

  test("inverts once where MONOCHROME1 and INVERSE say the same", async () => {
    const inverse = [0x20500020, "CS", "INVERSE"];
    for (const photometric of ["MONOCHROME1", "MONOCHROME2"])
      assert.deepEqual(await greyOf([0, 1], { photometric, more: [inverse] }), [65535, 0]);
  });

  test("offers every window and the full range", async () => {
    const more = [
      decimal(0x00281050, "200\\100"),
      decimal(0x00281051, "400\\200"),
      [0x00281055, "LO", "wide\\narrow"],
    ];
    const film = await read(dicomFile(row(ramp, { more })), { window: 1 });
    assert.deepEqual(film.windows, [
      { name: "wide", centre: 200, width: 400, function: "LINEAR" },
      { name: "narrow", centre: 100, width: 200, function: "LINEAR" },
    ]);
    assert.equal(film.window, 1);
    assert.equal(film.pixels[2], 65535);
    assert.deepEqual(await greyOf(ramp, { more }, { window: -1 }), [0, 16384, 32768, 49151, 65535]);
    await assert.rejects(read(dicomFile(row(ramp, { more })), { window: 2 }), /no window 3/);
  });

  test("takes the tables for modality and VOI, with their ends", async () => {
    const more = [
      [0x00283000, "SQ", [lut(100, 16, [1000, 2000, 3000])]],
      [
        0x00283010,
        "SQ",
        [
          lut(
            1000,
            10,
            Uint16Array.from({ length: 2001 }, (_, i) => i / 2),
          ),
        ],
      ],
    ];
    const film = await read(dicomFile(row([0, 100, 101, 102, 999], { more })));
    const expected = [0, 0, 500 / 1023, 1000 / 1023, 1000 / 1023].map(rounded);
    assert.deepEqual([...film.pixels], expected);
    assert.deepEqual(film.steps, ["dicomModalityLut", "dicomVoiLut"]);
    assert.equal(film.windows[0].function, "LUT");
  });

  test("reads tables in every byte order, and entries of 8 bits two in a word", async () => {
    const packed = [
      [0x00283002, "US", [4, 0, 8]],
      [0x00283006, "OW", [0x4000, 0xff80]],
    ];
    for (const uid of [syntaxes.implicit, syntaxes.bigEndian]) {
      const more = [[0x00283010, "SQ", [packed]]];
      const film = await read(dicomFile(row([0, 1, 2, 3], { more, uid }), uid));
      assert.deepEqual(
        [...film.pixels],
        [0, 64, 128, 255].map((entry) => entry * 257),
      );
    }
  });

  test("leaves padding out of the range, and black", async () => {
    const padding = [0x00280120, "US", [0]];
    const limit = [0x00280121, "US", [9]];
    assert.deepEqual(await greyOf([0, 5, 100, 200], { more: [padding, limit] }), [0, 0, 0, 65535]);
    const inverted = { more: [padding, limit], photometric: "MONOCHROME1" };
    assert.deepEqual(await greyOf([0, 5, 100, 200], inverted), [0, 0, 65535, 0]);
    const signed = [0x00280120, "SS", [-2000]];
    const options = { more: [signed], isSigned: true };
    assert.deepEqual(await greyOf([-2000 & 0xffff, -100 & 0xffff, 100], options), [0, 0, 65535]);
  });

  test("follows the functional groups of an enhanced image, frame by frame", async () => {
    const voi = (centre) => [[0x00289132, "SQ", [window(centre, 100)]]];
    const more = [[0x52009230, "SQ", [voi(50), voi(1050)]]];
    const file = dicomFile(
      filmElements({ columns: 2, rows: 1, frames: 2, pixels: [0, 50, 1050, 1100], more }),
    );
    assert.deepEqual([...(await read(file)).pixels], [0, 32768]);
    assert.deepEqual([...(await read(file, { frame: 1 })).pixels], [32768, 65535]);
  });
});

describe("frames", () => {
  test("are chosen, and refused where there are none", async () => {
    const file = dicomFile(
      filmElements({ columns: 2, rows: 1, frames: 3, pixels: [0, 1, 5, 0, 7, 9] }),
    );
    const second = await read(file, { frame: 1 });
    assert.deepEqual([second.frames, second.frame, ...second.pixels], [3, 1, 65535, 0]);
    await assert.rejects(read(file, { frame: 3 }), /no frame 4; the DICOM file has 3/);
  });

  test("in several fragments each are found by the offset table or by their ends", async () => {
    const stream = (pixels) => jpeg2000(pixels, 32, 32, 255, ["-n", "3"]);
    const frames = [0, 1].map((k) =>
      Uint16Array.from({ length: 1024 }, (_, i) => (i * (k + 3)) % 256),
    );
    const [a, b] = frames.map(stream);
    const even = (bytes) => bytes.length + (bytes.length % 2);
    const fragments = [a.subarray(0, 100), a.subarray(100), b];
    const offsets = [0, 8 + 100 + 8 + even(a.subarray(100))];
    for (const pixels of [{ fragments, offsets }, { fragments }]) {
      const elements = filmElements({ columns: 32, rows: 32, frames: 2, pixels, bitsStored: 8 });
      const file = dicomFile(elements, "1.2.840.10008.1.2.4.90");
      for (const frame of [0, 1]) {
        const [most, least] = [Math.max(...frames[frame]), Math.min(...frames[frame])];
        const expected = frames[frame].map((v) => rounded((v - least) / (most - least)));
        assert.deepEqual((await read(file, { frame })).pixels, expected);
      }
    }
  });
});

describe("colours", () => {
  const options = { samples: 3, bitsAllocated: 8 };
  const red = [255, 0, 0];
  const grey = [90, 90, 90];

  test("RGB becomes luma, by pixel or by plane, and stays countable", async () => {
    const file = (pixels, planar) =>
      dicomFile(
        row(Uint8Array.from(pixels), { ...options, columns: 2, photometric: "RGB", planar }),
      );
    for (const [pixels, planar] of [
      [[...red, ...grey], 0],
      [[255, 90, 0, 90, 0, 90], 1],
    ]) {
      const film = await read(file(pixels, planar));
      assert.deepEqual([...film.pixels], [76 * 257, 90 * 257]);
      assert.equal(film.colourfulness, 0.5);
      assert.deepEqual(film.steps, ["dicomColour"]);
    }
  });

  test("YBR_FULL gives its Y, whole or with halved colours", async () => {
    const full = { ...options, columns: 2, photometric: "YBR_FULL", planar: 0 };
    const film = await read(dicomFile(row(Uint8Array.from([76, 85, 255, 90, 128, 128]), full)));
    assert.deepEqual([...film.pixels], [76 * 257, 90 * 257]);
    assert.ok(Math.abs(film.colourfulness - 0.5) < 0.01);
    const halved = { ...full, photometric: "YBR_FULL_422" };
    const packed = await read(dicomFile(row(Uint8Array.from([10, 20, 128, 128]), halved)));
    assert.deepEqual([...packed.pixels], [10 * 257, 20 * 257]);
    assert.equal(packed.colourfulness, 0);
  });

  test("a palette is looked up", async () => {
    const table = (tag, entries) => [tag, "OW", u16Bytes(entries)];
    const more = [
      ...[0x00281101, 0x00281102, 0x00281103].map((tag) => [tag, "US", [3, 10, 16]]),
      table(0x00281201, [0, 65535, 1000]),
      table(0x00281202, [0, 0, 1000]),
      table(0x00281203, [0, 0, 1000]),
    ];
    const palette = { bitsAllocated: 8, photometric: "PALETTE COLOR", more };
    const film = await read(dicomFile(row(Uint8Array.from([10, 11, 12, 99]), palette)));
    assert.deepEqual([...film.pixels], [0, Math.round(0.299 * 65535), 1000, 1000]);
    assert.equal(film.colourfulness, 0.25);
  });
});

describe("the patient", () => {
  const about = async (more) => read(dicomFile(row([0, 1], { more })));
  test("is told apart from the film, in the file's letters", async () => {
    const film = await about([
      [0x00080005, "CS", "ISO_IR 192"],
      [0x00080080, "LO", "Klinik"],
      [0x00100010, "PN", "Müller^Ä"],
      [0x00100030, "DA", "19800229"],
      [0x00185101, "CS", "PA"],
    ]);
    assert.deepEqual(film.patient, {
      name: "Müller^Ä",
      id: "P-1",
      birthDate: "19800229",
      institution: "Klinik",
    });
    assert.equal(film.viewPosition, "PA");
  });

  test("has an age from its own attribute or from dates", async () => {
    const age = async (more) => (await about(more)).ageYears;
    assert.equal(await age([[0x00101010, "AS", "045Y"]]), 45);
    assert.equal(await age([[0x00101010, "AS", "006M"]]), 0.5);
    const dates = [
      [0x00080020, "DA", "20200701"],
      [0x00100030, "DA", "20100701"],
    ];
    assert.ok(Math.abs((await age(dates)) - 10) < 0.01);
    assert.ok(Number.isNaN(await age([])));
    assert.ok(Number.isNaN(await age([[0x00101010, "AS", "old"]])));
  });
});

describe("one clear sentence for", () => {
  const uncompressed = (more, options = {}) => dicomFile(row([0, 1], { more, ...options }));
  const cases = {
    "a file that is not DICOM": [Buffer.from("text"), /The file is not DICOM/],
    "a syntax that is not read": [
      dicomFile(row([0, 1]), "1.2.840.10008.1.2.4.102"),
      /1\.2\.840\.10008\.1\.2\.4\.102 \(MPEG-4 AVC\/H\.264 High Profile \/ Level 4\.1\), which is not/,
    ],
    "a syntax that nobody knows": [
      dicomFile(row([0, 1]), "1.2.3"),
      /is 1\.2\.3 \(a name that is not/,
    ],
    "a cut file": [uncompressed([]).subarray(0, -3), /truncated/],
    "no image": [uncompressed([[0x7fe00010, "OW", null]]), /no image \(PixelData\).*DX/],
    "no rows": [uncompressed([[0x00280010, "US", null]]), /does not say its Rows \(0028,0010\)/],
    "an area of hundreds of millions": [
      uncompressed([
        [0x00280010, "US", [16000]],
        [0x00280011, "US", [16000]],
      ]),
      /16000 x 16000 pixels; expected at most 40 million/,
    ],
    "a side of tens of thousands": [uncompressed([[0x00280010, "US", [60000]]]), /at most 16384/],
    "too few bytes": [uncompressed([[0x00280010, "US", [9]]]), /has 4 bytes; expected 36/],
    "1 bit": [uncompressed([[0x00280100, "US", [1]]]), /1 bits allocated; expected 8 or 16/],
    "more bits than there are": [uncompressed([[0x00280101, "US", [17]]]), /17 bits stored/],
    "a high bit that does not fit": [uncompressed([[0x00280102, "US", [3]]]), /high bit .* is 3/],
    "another colour model": [uncompressed([[0x00280004, "CS", "HSV"]]), /is HSV; expected/],
    "grey in three samples": [uncompressed([[0x00280002, "US", [3]]]), /3 samples per pixel/],
    "a slope of nothing": [uncompressed([decimal(0x00281053, 0)]), /RescaleSlope .* is 0/],
    "a slope in words": [
      uncompressed([decimal(0x00281053, "steep")]),
      /is "steep"; expected a number/,
    ],
    "a window of its own kind": [
      uncompressed(window(5, 5, "CUBIC")),
      /is "CUBIC"; expected LINEAR/,
    ],
    "an empty table": [
      uncompressed([[0x00283010, "SQ", [lut(0, 16, [1, 2]).slice(0, 1)]]]),
      /LUTData .* has 0 bytes; expected 4/,
    ],
    "signed colours": [
      uncompressed([], { samples: 3, photometric: "RGB", isSigned: true }),
      /colours with a sign/,
    ],
    "another size inside": [
      dicomFile(
        filmElements({
          columns: 33,
          rows: 32,
          pixels: { fragments: [jpeg2000(new Uint16Array(1024), 32, 32, 255, ["-n", "1"])] },
        }),
        "1.2.840.10008.1.2.4.90",
      ),
      /is 32 x 32 pixels; expected 33 x 32/,
    ],
  };
  for (const [name, [file, says]] of Object.entries(cases))
    test(name, () => assert.rejects(read(file), says));
});
