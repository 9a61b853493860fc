// What draws the film. There are two: the graphics processor where it can be had, else the page's
// own loops. Both read one pyramid in the same way, so they show the same picture.

import type { FilmPixels } from "../pixels";
import { CanvasRenderer } from "./canvas_renderer";
import type { Placement, Point, Size } from "./placement";
import { type Level, pyramid } from "./pyramid";
import { WebglRenderer } from "./webgl_renderer";
import type { ValueWindow } from "./window_level";

export interface Lens {
  readonly at: Point; // its middle, in pixels of the screen
  readonly radius: number;
  readonly factor: number; // how much larger it shows what lies under it
}

export interface Scene {
  readonly view: Size;
  readonly placement: Placement;
  readonly window: ValueWindow;
  readonly inverted: boolean;
  readonly lens: Lens | null;
}

export interface Renderer {
  readonly kind: "webgl" | "canvas";
  // The levels of one film, largest first; yields in between, so that a caller may pause.
  load(levels: readonly Level[]): Generator<void, void>;
  draw(scene: Scene): void;
  dispose(): void;
}

// WebGL where the browser has it and the film fits into a texture.
export function rendererFor(canvas: HTMLCanvasElement, film: Size, webgl: boolean): Renderer {
  const gl = webgl ? canvas.getContext("webgl2", { alpha: false, antialias: false }) : null;
  if (gl === null) return new CanvasRenderer(canvas);
  if (Math.max(film.width, film.height) > (gl.getParameter(gl.MAX_TEXTURE_SIZE) as number))
    throw new RangeError("the film does not fit into a texture");
  return new WebglRenderer(canvas, gl);
}

// Makes the pyramid and gives it to the renderer in pieces, so that the page answers in between.
// Resolves to all levels, or to null if `stop` came first.
export async function loadFilm(
  renderer: Renderer,
  film: FilmPixels,
  stop: AbortSignal,
): Promise<readonly Level[] | null> {
  const levels: Level[] = [];
  for (const level of pyramid(film)) {
    levels.push(level);
    await pause();
    if (stop.aborted) return null;
  }
  for (const _ of renderer.load(levels)) {
    await pause();
    if (stop.aborted) return null;
  }
  return levels;
}

function pause(): Promise<void> {
  return new Promise((go) => setTimeout(go));
}
