// The evidence for a finding as a picture to lay over the film, and as words.

import { interpolateViridis } from "d3-scale-chromatic";

export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly values: ArrayLike<number>; // [height, width], over the whole film
}

// In parts of `most`: evidence up to the first is clear, so that the film stays a film, and from the
// second on it is as opaque as the map gets.
const [clear, opaque] = [0.15, 0.6];
const finer = 8;

// Viridis, as cxr-screen's pictures have it: its lightness grows evenly, to eyes with and without all
// their cones, and none of its colours is a grey that a film could have. 0 to 255, violet to yellow.
export const colours: readonly (readonly [number, number, number])[] = Array.from(
  { length: 256 },
  (_, i) => {
    const hex = interpolateViridis(i / 255); // "#440154"
    const part = (at: number) => parseInt(hex.slice(at, at + 2), 16);
    return [part(1), part(3), part(5)];
  },
);

// RGBA, finer than the evidence by a smooth curve through its values. Only what speaks for the
// finding is shown: values of 0 and below are clear, `most` and above have the last colour.
export function evidencePicture(evidence: Grid, most: number): ImageData {
  const { width, height, values } = refined(evidence, finer);
  const picture = new ImageData(width, height);
  for (let i = 0; i < width * height; ++i) {
    const part = most > 0 ? Math.min(Math.max(values[i]! / most, 0), 1) : 0;
    const [red, green, blue] = colours[Math.round(part * 255)]!;
    picture.data.set(
      [red, green, blue, 255 * Math.min(Math.max((part - clear) / (opaque - clear), 0), 1)],
      4 * i,
    );
  }
  return picture;
}

// Catmull and Rom's cubic through the centres of the cells; edges repeat.
export function refined({ width, height, values }: Grid, times: number): Grid {
  const across = new Float32Array(height * width * times);
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width * times; ++x)
      across[y * width * times + x] = between(
        (i) => values[y * width + Math.min(Math.max(i, 0), width - 1)]!,
        (x + 0.5) / times - 0.5,
      );
  const fine = { width: width * times, height: height * times };
  const both = new Float32Array(fine.width * fine.height);
  for (let y = 0; y < fine.height; ++y)
    for (let x = 0; x < fine.width; ++x)
      both[y * fine.width + x] = between(
        (i) => across[Math.min(Math.max(i, 0), height - 1) * fine.width + x]!,
        (y + 0.5) / times - 0.5,
      );
  return { ...fine, values: both };
}

function between(at: (i: number) => number, position: number): number {
  const i = Math.floor(position);
  const t = position - i;
  const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}
