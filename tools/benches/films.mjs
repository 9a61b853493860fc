// Films to measure with: phantoms, drawn by cxr-phantom once and kept in build/bench.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { PNG } from "pngjs";
import { kResults, kRoot } from "./figures.mjs";

const kPhantom = resolve(kRoot, "build/native/native/phantom/cxr-phantom");
export const kFilms = resolve(kResults, "films");

// Paths of `count` square films of `size` pixels; format: png or jpg.
export function films(size, format, count = 1) {
  const folder = resolve(kFilms, `${format}-${size}-${count}`);
  const images = resolve(folder, "images");
  const drawn = () => (existsSync(images) ? readdirSync(images).sort() : []);
  if (drawn().length < count)
    execFileSync(
      kPhantom,
      ["--out", folder, "--size", size, "--format", format, "--count", count, "--seed", 7].map(
        String,
      ),
    );
  return drawn().map((name) => resolve(images, name));
}

// The grey values of a PNG of 8 bits.
export function greyPixels(png) {
  const { width, height, data } = PNG.sync.read(readFileSync(png));
  return Uint8Array.from({ length: width * height }, (_, i) => data[4 * i]);
}
