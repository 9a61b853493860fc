// The window: which of a film's values lie between black and white.

import type { Level } from "../film/pyramid";

export interface ValueWindow {
  readonly centre: number; // in the film's values
  readonly width: number; // above 0
}

// [0, 1]: black at or below centre - width / 2, white at or above centre + width / 2.
export function grey(value: number, { centre, width }: ValueWindow): number {
  return Math.min(Math.max((value - centre) / width + 0.5, 0), 1);
}

export function wholeRange(maxValue: number): ValueWindow {
  return { centre: maxValue / 2, width: maxValue };
}

export function between(low: number, high: number): ValueWindow {
  return { centre: (low + high) / 2, width: Math.max(high - low, 1) };
}

// Widens by `wider` and brightens by `brighter`, in parts of the film's range. A wide window is one
// of little contrast; a lower centre makes the picture brighter.
export function adjusted(
  { centre, width }: ValueWindow,
  wider: number,
  brighter: number,
  maxValue: number,
): ValueWindow {
  return {
    centre: Math.min(Math.max(centre - brighter * maxValue, 0), maxValue),
    width: Math.min(Math.max(width + wider * maxValue, 1), 2 * maxValue),
  };
}

// The values below which the given parts of the pixels lie, of those that `counts` lets count.
export function quantiles(
  { width, height, pixels }: Level,
  parts: readonly number[],
  counts: (u: number, v: number) => boolean = () => true, // u, v: [0, 1) across the film
): number[] {
  const values = new Uint16Array(width * height);
  let count = 0;
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x)
      if (counts((x + 0.5) / width, (y + 0.5) / height)) values[count++] = pixels[y * width + x]!;
  if (count === 0) return parts.map(() => Number.NaN);
  const sorted = values.subarray(0, count).sort();
  return parts.map((part) => sorted[Math.floor(part * (sorted.length - 1))]!);
}

export type Preset = "whole" | "middle" | "lungs" | "dense";

// Windows for one film, from its own values: all of them; without the darkest and brightest
// hundredth (collimator, markers); those inside the lung fields; those outside. `small` is a level
// of some ten thousand pixels. The lungs' two are there only with a lung field.
export function presets(
  small: Level,
  maxValue: number,
  lungField: ((u: number, v: number) => boolean) | null,
): Map<Preset, ValueWindow> {
  const found = new Map<Preset, ValueWindow>([["whole", wholeRange(maxValue)]]);
  const add = (name: Preset, [low, high]: number[]) => {
    if (low! < high!) found.set(name, between(low!, high!));
  };
  add("middle", quantiles(small, [0.01, 0.99]));
  if (lungField !== null) {
    add("lungs", quantiles(small, [0.02, 0.98], lungField));
    add(
      "dense",
      quantiles(small, [0.25, 0.995], (u, v) => !lungField(u, v)),
    );
  }
  return found;
}
