// The lung field that the core found: [side, side] over the whole film, 1 inside.

import { blur2 } from "d3-array";
import { contours } from "d3-contour";

export interface LungField {
  readonly side: number;
  readonly inside: Uint8Array;
}

export function lungFieldOf(inside: Uint8Array): LungField | null {
  return inside.includes(1) ? { side: Math.sqrt(inside.length), inside } : null;
}

export function isInside({ side, inside }: LungField, u: number, v: number): boolean {
  return inside[Math.floor(v * side) * side + Math.floor(u * side)] === 1;
}

// The smallest upright rectangle around it, [0, 1] across the film.
export function extent({ side, inside }: LungField) {
  let [left, right, top, bottom] = [side, 0, side, 0];
  for (let y = 0; y < side; ++y)
    for (let x = 0; x < side; ++x) {
      if (inside[y * side + x] === 0) continue;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      bottom = y + 1;
    }
  return { left: left / side, right: right / side, top: top / side, bottom: bottom / side };
}

// Its border as an SVG path in a box of side x side, smoothed by about a pixel.
export function outline({ side, inside }: LungField): string {
  const { data } = blur2({ data: Float32Array.from(inside), width: side, height: side }, 1);
  const [border] = contours().size([side, side]).thresholds([0.5])(data as unknown as number[]);
  const ring = (points: number[][]) =>
    `M${points.map(([x, y]) => `${x!.toFixed(1)} ${y!.toFixed(1)}`).join("L")}Z`;
  return border!.coordinates.flat().map(ring).join("");
}
