// Image files: good ones that show a drawn phantom, and bad ones of every kind.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { deflateSync, crc32 } from "node:zlib";
import jpeg from "jpeg-js";
import { PNG } from "pngjs";

const pngSignature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

// The page's sample, a drawn phantom: what is less like a film is refused. Stretched, in RGBA.
const sample = jpeg.decode(readFileSync(resolve(import.meta.dirname, "../../build/sample.jpg")));
function drawFilm(width, height) {
  const pixels = Buffer.alloc(width * height * 4);
  const from = new Uint32Array(sample.data.buffer, sample.data.byteOffset);
  const to = new Uint32Array(pixels.buffer, pixels.byteOffset);
  for (let y = 0; y < height; ++y) {
    const row = Math.floor((y * sample.height) / height) * sample.width;
    for (let x = 0; x < width; ++x)
      to[y * width + x] = from[row + Math.floor((x * sample.width) / width)];
  }
  return { width, height, data: pixels };
}

const sizeOfFilm = [620, 540];
export const filmJpeg = Buffer.from(jpeg.encode(drawFilm(...sizeOfFilm), 88).data);
export const filmPng = drawPng(...sizeOfFilm);
export const blankPng = writeGrey(256, 256, () => 120);
const { data: shades } = drawFilm(...sizeOfFilm);
export const filmPng16 = writeGrey(
  ...sizeOfFilm,
  (x, y) => 257 * shades[4 * (y * sizeOfFilm[0] + x)],
  16,
);

// The same picture in other bytes: a film of its own to whom counts by content.
export const numberedFilm = (number) =>
  Buffer.concat([
    filmJpeg.subarray(0, 2),
    Buffer.from([0xff, 0xfe, 0, 6]), // a comment of four bytes
    u32(number),
    filmJpeg.subarray(2),
  ]);

export function drawPng(width, height) {
  const image = new PNG({ width, height });
  drawFilm(width, height).data.copy(image.data);
  return PNG.sync.write(image, { colorType: 0 });
}

// Two dark lungs in a grey chest and one round opacity in them, and nothing else that is round; x, y
// and radius in parts of the width and height. Soft borders, so that the lung network finds them.
export const opacityPng = (width, height, opacity) =>
  writeGrey(width, height, (column, row) => {
    const [x, y] = [column / width, row / height];
    const grain = (column * 7 + row * 13) % 11;
    if (Math.hypot(x - opacity.x, y - opacity.y) < opacity.radius) return 120 + grain;
    const border = ((Math.abs(x - 0.5) - 0.2) / 0.14) ** 2 + ((y - 0.48) / 0.34) ** 2; // 1
    const air = Math.min(Math.max((1.15 - border) / 0.3, 0), 1);
    return Math.round(165 - 110 * air) + grain;
  });

// A bright disc: no lungs in it.
export const discPng = writeGrey(400, 400, (x, y) =>
  Math.hypot(x - 200, y - 200) < 120 ? 200 : 60,
);

// A grey PNG of the values that value(x, y) gives: 8 bits, or 16.
export function writeGrey(width, height, value, bitDepth = 8) {
  const bytes = bitDepth / 8;
  const rows = Buffer.alloc(height * (1 + width * bytes));
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x)
      rows.writeUIntBE(value(x, y), y * (1 + width * bytes) + 1 + x * bytes, bytes);
  return Buffer.concat([
    pngSignature,
    chunk("IHDR", Buffer.concat([u32(width, height), Buffer.from([bitDepth, 0, 0, 0, 0])])),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(8 + data.length + 4);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), 8 + data.length);
  return out;
}

function u32(...values) {
  const out = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => out.writeUInt32BE(value, 4 * i));
  return out;
}

const greyHeader = (width, height) =>
  chunk("IHDR", Buffer.concat([u32(width, height), Buffer.from([8, 0, 0, 0, 0])]));

// The header is true to the format; the pixels that it promises would take 400 MB.
function hugePng() {
  return Buffer.concat([
    pngSignature,
    greyHeader(20000, 20000),
    chunk("IDAT", deflateSync(Buffer.alloc(1000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function animatedPng() {
  const rows = deflateSync(Buffer.alloc(64 * 65));
  const frame = (sequence) =>
    chunk("fcTL", Buffer.concat([u32(sequence, 64, 64, 0, 0), Buffer.from([0, 1, 0, 10, 0, 0])]));
  return Buffer.concat([
    pngSignature,
    greyHeader(64, 64),
    chunk("acTL", u32(2, 0)),
    frame(0),
    chunk("IDAT", rows),
    frame(1),
    chunk("fdAT", Buffer.concat([u32(2), rows])),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

// One 8x8 block in each of four components, every coefficient zero: with a one-bit code for "no
// difference" and one for "end of block" the picture is the single byte 0.
function cmykJpeg() {
  const segment = (marker, ...bytes) => [0xff, marker, 0, bytes.length + 2, ...bytes];
  const codeOfOneBit = [1, ...Array(15).fill(0), 0];
  const components = [1, 2, 3, 4];
  return Buffer.from([
    ...[0xff, 0xd8],
    ...segment(0xee, ...Buffer.from("Adobe"), 0, 100, 0, 0, 0, 0, 0),
    ...segment(0xdb, 0, ...Array(64).fill(1)),
    ...segment(0xc0, 8, 0, 8, 0, 8, 4, ...components.flatMap((id) => [id, 0x11, 0])),
    ...segment(0xc4, 0x00, ...codeOfOneBit),
    ...segment(0xc4, 0x10, ...codeOfOneBit),
    ...segment(0xda, 4, ...components.flatMap((id) => [id, 0]), 0, 63, 0),
    ...[0, 0xff, 0xd9],
  ]);
}

// Each with what its message must say.
export const badFiles = [
  { name: "empty.jpg", bytes: Buffer.alloc(0), says: /empty/ },
  {
    name: "truncated.jpg",
    bytes: filmJpeg.subarray(0, filmJpeg.length / 2),
    says: /JPEG is truncated/,
  },
  {
    name: "truncated.png",
    bytes: filmPng.subarray(0, filmPng.length / 2),
    says: /PNG is truncated/,
  },
  {
    name: "letter.png",
    bytes: Buffer.from("Dear colleague, please find the film enclosed.\n".repeat(20)),
    says: /text file/,
  },
  { name: "dot.png", bytes: drawPng(1, 1), says: /1 x 1/ },
  { name: "huge.png", bytes: hugePng(), says: /20000 x 20000/ },
  { name: "cmyk.jpg", bytes: cmykJpeg(), says: /CMYK/ },
  { name: "animated.png", bytes: animatedPng(), says: /animated/ },
];
