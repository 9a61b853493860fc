// A film drawn into a canvas: which renderer does it, and when.

import { type RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Level } from "../film/pyramid";
import { type Renderer, type Scene, loadFilm, rendererFor } from "./renderer";

export interface Drawing {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly canvasKey: string; // another one is another element: a canvas keeps its first context
  readonly drawn: boolean; // the film is there to be drawn
  readonly kind: Renderer["kind"] | null;
}

// Draws `scene` of a film (pyramid.ts) whenever it changes, once a frame.
export function useFilm(levels: readonly Level[] | null, scene: Scene): Drawing {
  const canvas = useRef<HTMLCanvasElement>(null);
  const renderer = useRef<Renderer | null>(null);
  const [webgl, setWebgl] = useState(true);
  const [loaded, setLoaded] = useState<readonly Level[] | null>(null);

  useEffect(() => {
    if (levels === null) return;
    const stop = new AbortController();
    // A graphics processor may be missing, too small, or taken away: the page's own loops remain.
    const without = (event?: Event) => {
      event?.preventDefault();
      setWebgl(false);
    };
    const element = canvas.current!;
    element.addEventListener("webglcontextlost", without, { signal: stop.signal });
    try {
      renderer.current ??= rendererFor(element, levels[0]!, webgl);
      void loadFilm(renderer.current, levels, stop.signal).then((whole) => {
        if (whole) setLoaded(levels);
      }, without);
    } catch {
      without();
    }
    return () => stop.abort();
  }, [levels, webgl]);

  useEffect(
    () => () => {
      renderer.current?.dispose();
      renderer.current = null;
    },
    [webgl],
  );

  const drawn = levels !== null && loaded === levels;
  useLayoutEffect(() => {
    if (!drawn) return;
    const frame = requestAnimationFrame(() => renderer.current?.draw(scene));
    return () => cancelAnimationFrame(frame);
  }, [drawn, levels, scene.view, scene.placement, scene.window, scene.inverted, scene.lens]);

  return { canvas, canvasKey: String(webgl), drawn, kind: renderer.current?.kind ?? null };
}
