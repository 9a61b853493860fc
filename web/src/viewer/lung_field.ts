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
  const box = { left: 1, right: 0, top: 1, bottom: 0 };
  inside.forEach((value, i) => {
    if (value === 0) return;
    const [x, y] = [i % side, Math.floor(i / side)];
    box.left = Math.min(box.left, x / side);
    box.right = Math.max(box.right, (x + 1) / side);
    box.top = Math.min(box.top, y / side);
    box.bottom = Math.max(box.bottom, (y + 1) / side);
  });
  return box;
}

// Its border as an SVG path in a box of side x side, smoothed by about a pixel.
export function outline({ side, inside }: LungField): string {
  const { data } = blur2({ data: Float32Array.from(inside), width: side, height: side }, 1);
  const [border] = contours().size([side, side]).thresholds([0.5])(data as unknown as number[]);
  const ring = (points: number[][]) =>
    `M${points.map(([x, y]) => `${x!.toFixed(1)} ${y!.toFixed(1)}`).join("L")}Z`;
  return border!.coordinates.flat().map(ring).join("");
}
