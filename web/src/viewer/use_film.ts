// A film drawn into a canvas: which renderer does it, and when.

import { type RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { FilmPixels } from "../pixels";
import type { Level } from "./pyramid";
import { type Renderer, type Scene, loadFilm, rendererFor } from "./renderer";

export interface Drawing {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly canvasKey: string; // another one is another element: a canvas keeps its first context
  readonly levels: readonly Level[] | null; // of the film, once it is there to be drawn
  readonly kind: Renderer["kind"] | null;
}

// Draws `scene` whenever it changes, once a frame.
export function useFilm(film: FilmPixels | null, scene: Scene): Drawing {
  const canvas = useRef<HTMLCanvasElement>(null);
  const renderer = useRef<Renderer | null>(null);
  const [webgl, setWebgl] = useState(true);
  const [loaded, setLoaded] = useState<{ film: FilmPixels; levels: readonly Level[] } | null>(null);

  useEffect(() => {
    if (film === null) return;
    const stop = new AbortController();
    // A graphics processor may be missing, too small, or taken away: the page's own loops remain.
    const without = (event?: Event) => {
      event?.preventDefault();
      setWebgl(false);
    };
    const element = canvas.current!;
    element.addEventListener("webglcontextlost", without, { signal: stop.signal });
    try {
      renderer.current ??= rendererFor(element, film, webgl);
      void loadFilm(renderer.current, film, stop.signal).then((levels) => {
        if (levels !== null) setLoaded({ film, levels });
      }, without);
    } catch {
      without();
    }
    return () => stop.abort();
  }, [film, webgl]);

  useEffect(
    () => () => {
      renderer.current?.dispose();
      renderer.current = null;
    },
    [webgl],
  );

  const levels = loaded !== null && loaded.film === film ? loaded.levels : null;
  useLayoutEffect(() => {
    if (levels === null) return;
    const frame = requestAnimationFrame(() => renderer.current?.draw(scene));
    return () => cancelAnimationFrame(frame);
  }, [levels, scene.view, scene.placement, scene.window, scene.inverted, scene.lens]);

  return { canvas, canvasKey: String(webgl), levels, kind: renderer.current?.kind ?? null };
}
