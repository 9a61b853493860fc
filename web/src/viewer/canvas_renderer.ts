// The film without a graphics processor: webgl_renderer.ts's shader as loops over the view.

import type { Renderer, Scene } from "./renderer";
import { type Placement, magnified } from "./placement";
import { type Level, levelFor } from "../film/pyramid";
import { grey } from "./window_level";

// Where each pixel of a line of the view reads from: the neighbour before, the one after, and the
// part of the latter. Before is -1 outside the film.
interface Line {
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly part: Float32Array;
}

export class CanvasRenderer implements Renderer {
  readonly kind = "canvas";
  private readonly context: CanvasRenderingContext2D;
  private levels: readonly Level[] = [];
  private image = new ImageData(1, 1); // as large as the view

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d", { alpha: false })!;
  }

  *load(levels: readonly Level[]): Generator<void, void> {
    this.levels = levels;
  }

  draw(scene: Scene): void {
    const [film] = this.levels;
    if (film === undefined) return;
    const { view, placement, lens } = scene;
    if (this.canvas.width !== view.width || this.canvas.height !== view.height)
      Object.assign(this.canvas, { width: view.width, height: view.height });
    if (this.image.width !== view.width || this.image.height !== view.height)
      this.image = new ImageData(view.width, view.height);
    const { image } = this;
    const out = new Uint32Array(image.data.buffer);
    const colours = coloursOf(scene);
    this.paint(out, view.width, colours, placement, () => [0, view.width], 0, view.height);
    if (lens !== null) {
      const { at, radius, factor } = lens;
      const row = (y: number): [number, number] => {
        const half = Math.sqrt(Math.max(radius ** 2 - (y + 0.5 - at.y) ** 2, 0));
        return [
          Math.max(Math.round(at.x - half), 0),
          Math.min(Math.round(at.x + half), view.width),
        ];
      };
      const top = Math.max(Math.floor(at.y - radius), 0);
      const bottom = Math.min(Math.ceil(at.y + radius), view.height);
      this.paint(out, view.width, colours, magnified(placement, at, factor), row, top, bottom);
    }
    this.context.putImageData(image, 0, 0);
  }

  dispose(): void {
    this.levels = [];
  }

  private paint(
    out: Uint32Array,
    width: number,
    colours: Uint32Array,
    placement: Placement,
    row: (y: number) => [number, number],
    top: number,
    bottom: number,
  ): void {
    const film = this.levels[0]!;
    const index = levelFor(placement.scale, this.levels.length);
    const level = this.levels[index]!;
    const shrink = 1 / 2 ** index;
    const { scale, x, y } = placement;
    const across = line(width, scale, x, film.width, shrink, level.width);
    const down = line(bottom, scale, y, film.height, shrink, level.height);
    const black = colours[0x10000]!;
    for (let v = top; v < bottom; ++v) {
      const [from, to] = row(v);
      if (down.before[v]! < 0) {
        out.fill(black, v * width + from, v * width + Math.max(from, to));
        continue;
      }
      const above = down.before[v]! * level.width;
      const below = down.after[v]! * level.width;
      const partDown = down.part[v]!;
      for (let u = from; u < to; ++u) {
        const left = across.before[u]!;
        if (left < 0) {
          out[v * width + u] = black;
          continue;
        }
        const right = across.after[u]!;
        const partAcross = across.part[u]!;
        const upper =
          level.pixels[above + left]! * (1 - partAcross) +
          level.pixels[above + right]! * partAcross;
        const lower =
          level.pixels[below + left]! * (1 - partAcross) +
          level.pixels[below + right]! * partAcross;
        out[v * width + u] = colours[(upper * (1 - partDown) + lower * partDown + 0.5) | 0]!;
      }
    }
  }
}

function line(
  length: number,
  scale: number,
  offset: number,
  filmLength: number,
  shrink: number,
  levelLength: number,
): Line {
  const before = new Int32Array(length);
  const after = new Int32Array(length);
  const part = new Float32Array(length);
  for (let i = 0; i < length; ++i) {
    const point = (i + 0.5 - offset) / scale;
    const texel = point * shrink - 0.5;
    const floor = Math.floor(texel);
    const inside = point >= 0 && point < filmLength;
    before[i] = inside ? Math.min(Math.max(floor, 0), levelLength - 1) : -1;
    after[i] = Math.min(Math.max(floor + 1, 0), levelLength - 1);
    part[i] = texel - floor;
  }
  return { before, after, part };
}

// The pixel to paint for each value, and black after the last, for what lies outside the film. Only
// values inside the window are worked out.
function coloursOf({ window, inverted }: Scene): Uint32Array {
  const colours = new Uint32Array(0x10001);
  const colour = (value: number) => {
    const shade = Math.round(255 * (inverted ? 1 - grey(value, window) : grey(value, window)));
    return 0xff000000 | (shade << 16) | (shade << 8) | shade;
  };
  const first = Math.min(Math.max(Math.floor(window.centre - window.width / 2), 0), 0xffff);
  const last = Math.min(Math.max(Math.ceil(window.centre + window.width / 2), 0), 0xffff);
  colours.fill(colour(0), 0, first);
  for (let value = first; value <= last; ++value) colours[value] = colour(value);
  colours.fill(colour(0xffff), last + 1, 0x10000);
  colours[0x10000] = 0xff000000;
  return colours;
}
