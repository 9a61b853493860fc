// The film in halves: level n is the film at 1 / 2^n of its size, each pixel the mean of the (up to)
// four below it. A film that is shown small is read from a level near that size, so that no pixel
// of it is skipped and fine lines do not flicker while it is moved.

import type { FilmPixels } from "./pixels";

export interface Level {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint16Array; // [height, width]
}

const smallestSide = 64;

// Yields each level as it is made, the film itself first, so that a caller may pause in between.
export function* pyramid(film: FilmPixels): Generator<Level, void> {
  let level: Level = film;
  yield level;
  while (Math.min(level.width, level.height) >= 2 * smallestSide) {
    level = half(level);
    yield level;
  }
}

// Odd sides keep their last row or column: sides are rounded up, and the mean is of what is there.
export function half({ width, height, pixels }: Level): Level {
  const out = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const means = new Uint16Array(out.width * out.height);
  for (let y = 0; y < out.height; ++y) {
    const top = 2 * y * width;
    const bottom = Math.min(2 * y + 1, height - 1) * width;
    for (let x = 0; x < out.width; ++x) {
      const left = 2 * x;
      const right = Math.min(left + 1, width - 1);
      const sum =
        pixels[top + left]! +
        pixels[top + right]! +
        pixels[bottom + left]! +
        pixels[bottom + right]!;
      means[y * out.width + x] = (sum + 2) >> 2;
    }
  }
  return { ...out, pixels: means };
}

// The level to read from when a pixel of the film covers `scale` pixels of the screen.
export function levelFor(scale: number, levels: number): number {
  const halvings = Math.round(Math.log2(1 / scale));
  return Math.min(Math.max(halvings, 0), levels - 1);
}
