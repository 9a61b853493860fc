// What draws the film. There are two: the graphics processor where it can be had, else the page's
// own loops. Both read one pyramid in the same way, so they show the same picture.

import { CanvasRenderer } from "./canvas_renderer";
import type { Placement, Point, Size } from "./placement";
import type { Level } from "../film/pyramid";
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

// What stands in for a graphics processor. Our own loops are faster than these: they know what they
// draw, and nothing has to be fetched back.
const softwareDrivers = /SwiftShader|llvmpipe|softpipe|Basic Render/;

// WebGL, unless it is not wanted or the browser has none. Throws where a film should be drawn without,
// on another canvas: there is no graphics processor behind it, or the film does not fit into a texture.
export function rendererFor(canvas: HTMLCanvasElement, film: Size, webgl: boolean): Renderer {
  const wanted = { alpha: false, antialias: false, failIfMajorPerformanceCaveat: true };
  const gl = webgl ? (canvas.getContext("webgl2", wanted) as WebGL2RenderingContext | null) : null;
  if (gl === null) return new CanvasRenderer(canvas);
  const { UNMASKED_RENDERER_WEBGL = gl.RENDERER } =
    gl.getExtension("WEBGL_debug_renderer_info") ?? {};
  if (softwareDrivers.test(String(gl.getParameter(UNMASKED_RENDERER_WEBGL))))
    throw new RangeError("no graphics processor");
  if (Math.max(film.width, film.height) > (gl.getParameter(gl.MAX_TEXTURE_SIZE) as number))
    throw new RangeError("the film does not fit into a texture");
  return new WebglRenderer(canvas, gl);
}

// Gives the film to the renderer in pieces, so that the page answers in between. Resolves to whether
// it is all there; not where `stop` came first.
export async function loadFilm(
  renderer: Renderer,
  levels: readonly Level[],
  stop: AbortSignal,
): Promise<boolean> {
  for (const _ of renderer.load(levels)) {
    await pause();
    if (stop.aborted) return false;
  }
  return true;
}

function pause(): Promise<void> {
  return new Promise((go) => setTimeout(go));
}
