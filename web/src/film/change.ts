// What a person may have done to a film before it is scored and shown; wasm/core/film_change.h does
// the same to what the network sees. Turned clockwise.

import type { FilmPixels } from "./pixels";

export type FilmChange = "inverted" | "turned_90" | "turned_180" | "turned_270";

export function changed(film: FilmPixels, change: FilmChange | null): FilmPixels {
  const { width, height, maxValue, pixels } = film;
  if (change === null) return film;
  if (change === "inverted") return { ...film, pixels: pixels.map((value) => maxValue - value) };
  const after = new Uint16Array(pixels.length);
  const lies = change !== "turned_180";
  const across = lies ? height : width; // of what comes out
  for (let y = 0, i = 0; y < height; ++y)
    for (let x = 0; x < width; ++x, ++i) {
      const [right, below] = [width - 1 - x, height - 1 - y];
      const [column, row] =
        change === "turned_90" ? [below, x] : change === "turned_270" ? [y, right] : [right, below];
      after[row * across + column] = pixels[i]!;
    }
  return lies
    ? { width: height, height: width, maxValue, pixels: after }
    : { ...film, pixels: after };
}
