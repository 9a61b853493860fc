// Where the reader of DICOM files draws its lines: for each a file just within, and one just beyond. Those
// of codestreams are in tests/native/codestream_test.cpp.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { dicomFile, filmElements, lut, syntaxes, u16Bytes } from "./dicom_files.mjs";
import { isDicom, read } from "./dicom_reader.mjs";

const row = (pixels, options = {}) =>
  dicomFile(
    filmElements({ columns: pixels.length, rows: 1, pixels, ...options }),
    options.uid ?? syntaxes.explicit,
  );
const greyOf = async (...film) => [...(await read(row(...film))).pixels];
const rounded = (share) => Math.floor(share * 65535 + 0.5);
const US = (tag, ...values) => [tag, "US", values];
const DS = (tag, value) => [tag, "DS", String(value)];
const within = async (more, options = {}) =>
  assert.ok(await read(row([0, 1], { more, ...options })));
const beyond = (more, says, options = {}) =>
  assert.rejects(read(row([0, 1], { more, ...options })), says);

const near = (actual, expected) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);

describe("whether a file is DICOM", () => {
  const withPrefix = (length) => {
    const bytes = Buffer.alloc(length);
    bytes.write("DICM".slice(0, length - 128), 128, "latin1");
    return bytes;
  };
  test("needs the whole prefix", () => {
    assert.ok(isDicom(withPrefix(132)));
    assert.ok(!isDicom(withPrefix(131)));
  });

  const explicit = (group, element, vr) => {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt16LE(group, 0);
    bytes.writeUInt16LE(element, 2);
    bytes.write(vr, 4, "latin1");
    return bytes;
  };
  test("or a first element of group 2 or 8 up to 0070, with a representation", () => {
    for (const [group, element, vr] of [
      [2, 0, "UL"],
      [8, 0x70, "LO"],
      [8, 0x16, "UI"],
    ])
      assert.ok(isDicom(explicit(group, element, vr)), `${group}, ${element}, ${vr}`);
    for (const [group, element, vr] of [
      [8, 0x71, "LO"],
      [8, 0x170, "LO"],
      [4, 0, "UL"],
      [0x102, 0, "UL"],
      [8, 0, "QQ"],
    ])
      assert.ok(!isDicom(explicit(group, element, vr)), `${group}, ${element}, ${vr}`);
    assert.ok(!isDicom(explicit(8, 0, "UL").subarray(0, 7)));
  });

  const implicit = (length, after, group = 8) => {
    const bytes = Buffer.alloc(8 + length + after);
    bytes.writeUInt16LE(group, 0);
    bytes.writeUInt32LE(length, 4);
    return bytes;
  };
  test("or, of group 8, a value of 1 to 64 bytes with more behind it", () => {
    assert.ok(isDicom(implicit(1, 1)) && isDicom(implicit(64, 1)));
    assert.ok(!isDicom(implicit(64, 0)), "nothing behind it");
    assert.ok(!isDicom(implicit(65, 10)));
    assert.ok(!isDicom(implicit(0, 10)));
    assert.ok(!isDicom(implicit(4, 10, 2)), "a file's meta information is explicit");
  });
});

describe("the layout of pixels", () => {
  test("a side has 1 to 16384 pixels", async () => {
    const long = new Uint8Array(16384).fill(7);
    long[1] = 9;
    assert.equal((await read(row(long, { bitsAllocated: 8 }))).width, 16384);
    await assert.rejects(
      read(row(new Uint8Array(16385), { bitsAllocated: 8 })),
      /16385 x 1 pixels; expected at most 16384 a side/,
    );
    await beyond([US(0x00280010, 0)], /is 2 x 0 pixels; expected at least 1 x 1/);
    await beyond([US(0x00280011, 0)], /is 0 x 1 pixels; expected at least 1 x 1/);
  });

  test("an area has at most 40 million", async () => {
    const size = (rows, columns) => [US(0x00280010, rows), US(0x00280011, columns)];
    await beyond(size(2500, 16000), /has 4 bytes; expected 80000000/);
    await beyond(size(2501, 16000), /16000 x 2501 pixels; expected at most 40 million/);
  });

  test("8 or 16 bits are allocated, 8 or more stored, and the high bit fits", async () => {
    await within([US(0x00280101, 8), US(0x00280102, 7)]);
    await within([US(0x00280101, 8), US(0x00280102, 15)]);
    await beyond([US(0x00280101, 7), US(0x00280102, 6)], /7 bits stored; expected 8 to 16/);
    await beyond([US(0x00280102, 14)], /high bit .* is 14; expected 15\./);
    await beyond([US(0x00280102, 16)], /high bit .* is 16; expected 15\./);
    await beyond([US(0x00280100, 32)], /32 bits allocated/);
  });

  test("a sign and a plane are 0 or 1, frames are those that are there", async () => {
    await beyond([US(0x00280103, 2)], /pixel representation is 2/);
    await within([US(0x00280006, 1)]);
    await beyond([US(0x00280006, 2)], /planar configuration is 2/);
    for (const frames of ["1.5", "0", "-3", "1e9", "2"])
      assert.equal((await read(row([0, 1], { more: [[0x00280008, "IS", frames]] }))).frames, 1);
    for (const frame of [-1, 0.5, 1])
      await assert.rejects(read(row([0, 1]), { frame }), /There is no frame/);
  });

  test("what is left out has its default", async () => {
    const tags = [0x00280002, 0x00280101, 0x00280102, 0x00280103];
    const elements = tags.map((tag) => [tag, "US", null]);
    assert.deepEqual(await greyOf([0, 65535, 32768], { more: elements }), [0, 65535, 32768]);
  });

  test("grey has one sample a pixel, colour three", async () => {
    await beyond([US(0x00280002, 3)], /3 samples per pixel; expected 1 for MONOCHROME2/);
    await beyond([], /1 samples per pixel; expected 3 for RGB/, { photometric: "RGB" });
  });

  test("an image of as many bytes as it needs is whole, of one less it is not", async () => {
    const file = row([0, 1]);
    assert.ok(await read(file));
    await assert.rejects(read(file.subarray(0, -1)), /truncated/);
    const frames = filmElements({ columns: 2, rows: 1, frames: 2, pixels: [0, 1, 2] });
    assert.equal((await read(dicomFile(frames))).frames, 1);
  });
});

describe("numbers in words", () => {
  test("are decimal, with a sign and an exponent or without", async () => {
    for (const [slope, value] of [
      ["+1.5e1", 15],
      [".5", 0.5],
      ["5.", 5],
      ["-2E-1", -0.2],
    ]) {
      const more = [DS(0x00281053, slope), ...window(0, 20, "LINEAR_EXACT")];
      assert.equal((await greyOf([1], { more }))[0], rounded(Math.min(value / 20 + 0.5, 1)), slope);
    }
    for (const slope of ["1e", "--1", "1 2", "0x10", ".", "1e999"])
      await beyond([DS(0x00281053, slope)], /RescaleSlope .*expected a number/);
  });

  test("are shown to 40 characters, and only those that can be seen", async () => {
    const said = `${"x".repeat(39)}\u0001more`;
    await beyond([DS(0x00281053, said)], new RegExp(`is "${"x".repeat(39)}\\?"; expected`));
  });

  test("stand without the spaces and zeros around them", async () => {
    await within([[0x00280004, "CS", " MONOCHROME2\0"]]);
    await within([DS(0x00281053, " 1 ")]);
  });
});

const window = (centre, width, kind) => [
  DS(0x00281050, centre),
  DS(0x00281051, width),
  [0x00281056, "CS", kind],
];

describe("windows", () => {
  test("LINEAR is at least 1 wide, the others more than 0, or they are left out", async () => {
    const windows = async (...of) => (await read(row([0, 1], { more: window(...of) }))).windows;
    assert.equal((await windows(5, 1, "LINEAR")).length, 1);
    assert.equal((await windows(5, 0.9, "LINEAR")).length, 0);
    for (const kind of ["LINEAR_EXACT", "SIGMOID"]) {
      assert.equal((await windows(5, 0.1, kind)).length, 1);
      assert.equal((await windows(5, 0, kind)).length, 0);
      assert.equal((await windows(5, -1, kind)).length, 0);
    }
  });

  test("LINEAR of width 1 is black up to half below its centre, and white above", async () => {
    assert.deepEqual(await greyOf([4, 5, 6], { more: window(5.5, 1, "LINEAR") }), [0, 0, 65535]);
  });

  test("without its kind a window is LINEAR", async () => {
    const more = window(200, 201, "LINEAR").slice(0, 2);
    assert.equal((await greyOf([250], { more }))[0], rounded((250 - 199.5) / 200 + 0.5));
  });

  test("there are those of the file and the full range, no others", async () => {
    const file = row([0, 1], { more: window(5, 5, "LINEAR") });
    assert.ok(await read(file, { window: 0 }));
    assert.ok(await read(file, { window: -1 }));
    await assert.rejects(read(file, { window: 1 }), /no window 2; the DICOM file has 1/);
    await assert.rejects(read(file, { window: -2 }), /no window -1/);
  });
});

describe("tables", () => {
  const voi = (table) => [[0x00283010, "SQ", [table]]];
  test("have entries of 8 to 16 bits", async () => {
    await within(voi(lut(0, 8, [0, 255])));
    await within(voi(lut(0, 16, [0, 65535])));
    await beyond(voi(lut(0, 7, [0, 127])), /says 7 bits an entry; expected 8 to 16/);
    await beyond(voi(lut(0, 17, [0, 1])), /says 17 bits an entry/);
    await beyond(voi([US(0x00283002, 2, 0), lut(0, 16, [0, 1])[1]]), /too short; expected three/);
  });

  test("of no entries have 65536", async () => {
    const entries = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const more = voi(lut(0, 16, entries));
    assert.deepEqual(await greyOf([0, 40000, 65535], { more }), [0, 40000, 65535]);
    await beyond(
      voi([US(0x00283002, 0, 0, 16), lut(0, 16, [0, 1])[1]]),
      /4 bytes; expected 131072/,
    );
  });

  test("have as many entries as they say", async () => {
    await beyond(
      voi([US(0x00283002, 3, 0, 16), lut(0, 16, [0, 1])[1]]),
      /4 bytes; expected 6, for 3/,
    );
    await within(voi([US(0x00283002, 1, 0, 16), lut(0, 16, [0, 1])[1]]));
    // Of 8 bits they may lie two in a word: five need three words.
    const packed = [0x00283006, "OW", [0x4000, 0xff80, 0x00c0]];
    assert.deepEqual(
      await greyOf([0, 1, 2, 3, 4, 5], { more: voi([US(0x00283002, 5, 0, 8), packed]) }),
      [0, 64, 128, 255, 192, 192].map((entry) => entry * 257),
    );
    await beyond(voi([US(0x00283002, 7, 0, 8), packed]), /6 bytes; expected 14, for 7/);
  });

  test("give no more than their bits hold", async () =>
    assert.deepEqual(await greyOf([0, 1, 2], { more: voi(lut(0, 10, [512, 1023, 2000])) }), [
      rounded(512 / 1023),
      65535,
      65535,
    ]));

  test("begin below zero where values can be", async () => {
    const table = lut(0xfffe, 16, [1000, 2000, 3000, 40000]); // from -2
    const options = { more: voi(table), isSigned: true };
    assert.deepEqual(
      await greyOf([0xfffd, 0xfffe, 0xffff, 0, 1, 2], options),
      [1000, 1000, 2000, 3000, 40000, 40000],
    );
    // By the intercept alone, too.
    const more = [...voi(table), DS(0x00281052, -1)];
    assert.deepEqual(await greyOf([0, 1, 2], { more }), [2000, 3000, 40000]);
    assert.deepEqual(await greyOf([0, 1, 2], { more: voi(table) }), [1000, 1000, 1000]);
  });
});

describe("padding", () => {
  const padding = (...values) => values.map((value, i) => US(0x00280120 + i, value));
  test("is one value, or all between two, whichever is the larger", async () => {
    assert.deepEqual(await greyOf([4, 5, 6, 8], { more: padding(5) }), [0, 0, 32768, 65535]);
    for (const range of [
      [5, 7],
      [7, 5],
    ])
      assert.deepEqual(
        await greyOf([4, 5, 7, 8], { more: padding(...range) }),
        [0, 0, 0, 65535],
        String(range),
      );
  });

  test("has a sign where values have", async () => {
    const at = async (value) => greyOf([value, 10, 20], { more: padding(value), isSigned: true });
    assert.deepEqual(await at(0x8000), [0, 0, 65535]);
    assert.deepEqual(await at(0x7fff), [0, 0, 65535]);
    const unsigned = await greyOf([0x8000, 10, 20], { more: padding(0x8000) });
    assert.deepEqual(unsigned, [0, 0, 65535]);
  });

  test("an image of one value is black", async () =>
    assert.deepEqual(await greyOf([7, 7]), [0, 0]));
});

describe("colours", () => {
  const of = (pixels, options) =>
    read(row(Uint8Array.from(pixels), { bitsAllocated: 8, samples: 3, ...options }));
  const ybr = ([y, cb, cr]) => {
    const rgb = [
      y + 1.402 * (cr - 128),
      y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128),
      y + 1.772 * (cb - 128),
    ].map((part) => Math.min(Math.max(part, 0), 255));
    return (Math.max(...rgb) - Math.min(...rgb)) / 255;
  };
  test("luma is rounded, of red, green and blue by their weights", async () => {
    const film = await of([255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 4], {
      columns: 4,
      photometric: "RGB",
    });
    // 0.299 · 1 + 0.587 · 2 + 0.114 · 4 = 1.929
    assert.deepEqual(
      [...film.pixels],
      [76, 150, 29, 2].map((grey) => grey * 257),
    );
    near(film.colourfulness, (255 + 255 + 255 + 3) / 255 / 4);
  });

  test("of YBR_FULL the spread is that of its red, green and blue, which end at black and white", async () => {
    for (const pixel of [
      [100, 138, 108],
      [100, 90, 200],
      [250, 20, 240],
      [5, 240, 20],
      [128, 128, 128],
    ]) {
      const film = await of(pixel, { columns: 1, photometric: "YBR_FULL" });
      near(film.colourfulness, ybr(pixel));
      assert.equal(film.pixels[0], pixel[0] * 257);
    }
  });

  test("halved, two pixels share their colour", async () => {
    const film = await of([100, 50, 90, 200, 60, 70, 140, 120], {
      columns: 4,
      photometric: "YBR_FULL_422",
    });
    assert.deepEqual(
      [...film.pixels],
      [100, 50, 60, 70].map((grey) => grey * 257),
    );
    const pixels = [
      [100, 90, 200],
      [50, 90, 200],
      [60, 140, 120],
      [70, 140, 120],
    ];
    near(film.colourfulness, pixels.map(ybr).reduce((sum, part) => sum + part) / 4);
  });

  test("of 12 bits in 16 are read below their high bit", async () => {
    const film = await read(
      row(
        [4095, 0, 0, 100, 100, 100].map((part) => (part << 4) | 15),
        { columns: 2, samples: 3, bitsStored: 12, highBit: 15, photometric: "RGB" },
      ),
    );
    const luma = Math.floor((299 * 4095 + 500) / 1000);
    assert.deepEqual(
      [...film.pixels],
      [luma, 100].map((grey) => rounded(grey / 4095)),
    );
    assert.equal(film.colourfulness, 0.5);
  });

  const palette = (tables, { bits = 16, count = tables[0].length, first = 0 } = {}) => [
    ...[0x00281101, 0x00281102, 0x00281103].map((tag) => US(tag, count, first, bits)),
    ...tables.map((entries, i) => [0x00281201 + i, "OW", entries]),
  ];
  const byPalette = (codes, more) =>
    read(row(Uint8Array.from(codes), { bitsAllocated: 8, photometric: "PALETTE COLOR", more }));
  const words = (...entries) => u16Bytes(entries);
  const bytes = (...entries) => Uint8Array.from(entries);

  test("a palette's entries are words, or bytes that are spread over as much", async () => {
    const { pixels, colourfulness } = await byPalette(
      [0, 1],
      palette([bytes(255, 10), bytes(0, 10), bytes(0, 10)], { bits: 8, count: 2 }),
    );
    assert.deepEqual([...pixels], [Math.round(0.299 * 65535), 10 * 257]);
    assert.equal(colourfulness, 0.5);
  });

  test("a palette's ends stand for what lies beyond them", async () => {
    const table = words(1000, 2000, 3000);
    const { pixels } = await byPalette(
      [0, 9, 10, 11, 12, 13, 255],
      palette([table, table, table], { count: 3, first: 10 }),
    );
    assert.deepEqual([...pixels], [1000, 1000, 1000, 2000, 3000, 3000, 3000]);
  });

  test("a palette that is missing, too short or of other bits is refused", async () => {
    const two = words(0, 65535);
    await assert.rejects(byPalette([0], palette([two, two]).slice(3)), /no RedPalette/);
    await assert.rejects(
      byPalette([0], palette([two, two, two], { count: 2 }).slice(0, 5)),
      /no BluePaletteColorLookupTableData/,
    );
    await assert.rejects(
      byPalette([0], palette([two, two, two], { count: 3 })),
      /4 bytes for 3 entries of 16 bits/,
    );
    await assert.rejects(
      byPalette([0], palette([two, two, two], { count: 5, bits: 8 })),
      /4 bytes for 5 entries of 8 bits/,
    );
    await assert.rejects(
      byPalette([0], palette([two, two, two], { count: 2, bits: 12 })),
      /12 bits/,
    );
    await assert.rejects(byPalette([0], palette([two, two, two], { count: 0 })), /65536 entries/);
  });
});

describe("whose film it is", () => {
  const about = async (more) => read(row([0, 1], { more }));
  const age = async (...more) => (await about(more)).ageYears;
  const AS = (text) => [0x00101010, "AS", text];
  test("ages in days, weeks, months and years", async () => {
    near(await age(AS("010D")), 10 / 365.25);
    near(await age(AS("010W")), 70 / 365.25);
    assert.equal(await age(AS("018M")), 1.5);
    assert.equal(await age(AS("100Y")), 100);
    assert.equal(await age(AS("45Y")), 45);
    for (const odd of ["045X", "0455Y"]) assert.ok(Number.isNaN(await age(AS(odd))), odd);
  });

  test("by the dates of birth and study, the same day at the least", async () => {
    const dates = (study, birth) => age([0x00080020, "DA", study], [0x00100030, "DA", birth]);
    assert.equal(await dates("20200101", "20200101"), 0);
    near(await dates("20200301", "20200131"), 30 / 365.25);
    assert.ok(Number.isNaN(await dates("20200101", "20200102")));
    assert.ok(Number.isNaN(await dates("2020", "20100101")));
  });

  test("names in the file's letters, the last that it says", async () => {
    const name = async (term, bytes) =>
      (
        await about([
          ...(term === "" ? [] : [[0x00080005, "CS", term]]),
          [0x00100010, "PN", Uint8Array.from(bytes)],
        ])
      ).patient.name;
    assert.equal(await name("", [0xc4]), "Ä");
    assert.equal(await name("ISO_IR 100", [0xc4]), "Ä");
    assert.equal(await name("ISO_IR 144", [0xc4, 0x20]), "Ф");
    assert.equal(await name("\\ISO_IR 192", [0xc3, 0x84]), "Ä");
    assert.equal(await name("GB18030", [0xc4, 0xe3]), "你");
    assert.equal(await name("ISO_IR 13", [0xb1]), "ｱ");
    assert.equal(await name("ISO_IR 109", [0x41, 0]), "A");
  });
});

describe("compressed frames", () => {
  const rle = (value) => {
    const bytes = Buffer.alloc(68);
    bytes.writeUInt32LE(1, 0);
    bytes.writeUInt32LE(64, 4);
    bytes.set([1, 0, value], 64);
    return bytes;
  };
  const film = (fragments, { frames = 1, offsets = [] } = {}) =>
    dicomFile(
      filmElements({
        columns: 2,
        rows: 1,
        bitsAllocated: 8,
        frames,
        pixels: { fragments, offsets },
        more: window(128, 256, "LINEAR_EXACT"),
      }),
      "1.2.840.10008.1.2.5",
    );
  const second = async (file, choice) => (await read(file, choice)).pixels[1];

  test("of one image may lie in several fragments", async () => {
    const whole = rle(200);
    const parts = [whole.subarray(0, 30), whole.subarray(30)];
    assert.equal(await second(film(parts)), rounded(200 / 256));
  });

  test("have a fragment each, or an offset each", async () => {
    const fragments = [rle(10), rle(20), rle(30)];
    for (const frame of [0, 1, 2])
      assert.equal(
        await second(film(fragments, { frames: 3 }), { frame }),
        rounded((10 + 10 * frame) / 256),
      );
    const parts = [rle(10), rle(20).subarray(0, 30), rle(20).subarray(30)];
    const offsets = [0, 8 + 68];
    for (const frame of [0, 1])
      assert.equal(
        await second(film(parts, { frames: 2, offsets }), { frame }),
        rounded((10 + 10 * frame) / 256),
      );
    await assert.rejects(read(film(parts, { frames: 2 })), /3 fragments that cannot be told apart/);
    await assert.rejects(
      read(film(parts, { frames: 2, offsets: [0, 7] }), { frame: 1 }),
      /3 fragments that cannot be told apart/,
    );
  });

  test("are there, and whole", async () => {
    await assert.rejects(read(film([])), /no compressed pixels; expected some, as RLE Lossless/);
    await assert.rejects(read(film([rle(1)]).subarray(0, -12)), /truncated/);
  });
});
