// One film, large: drawn, under its evidence map and the outline of the lung field.

import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { formatPercent, t } from "../words/strings";
import { evidencePicture, type Grid } from "./evidence_map";
import { listenToHands } from "./gestures";
import { type LungField, outline } from "./lung_field";
import type { Placement } from "./placement";
import type { Level } from "../film/pyramid";
import type { Lens } from "./renderer";
import { useFilm } from "./use_film";
import type { Deed, View } from "./view";

export interface Overlay {
  // words: what the map shows, for those who do not see it.
  readonly evidence: { readonly grid: Grid; readonly most: number; readonly words: string } | null;
  readonly opacity: number; // [0, 1]
  readonly lungField: LungField | null;
}

type Props = {
  name: string;
  levels: readonly Level[] | null; // of the film; null: not there yet, or never
  view: View;
  act: (deed: Deed) => void;
  overlay: Overlay;
  loaded: (levels: readonly Level[] | null) => void;
};

const lensRadius = 110; // pixels of CSS
const lensFactor = 2.5;

export function FilmView({ name, levels, view, act, overlay, loaded }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const lens: Lens | null = useMemo(
    () =>
      view.lens === null
        ? null
        : { at: view.lens, radius: lensRadius * devicePixelRatio, factor: lensFactor },
    [view.lens],
  );
  const { canvas, canvasKey, drawn, kind } = useFilm(levels, {
    view: view.size,
    placement: view.placement,
    window: view.window,
    inverted: view.inverted,
    lens,
  });
  // With the drawing itself, so that no key finds a film that is drawn and not yet told of.
  useLayoutEffect(() => loaded(drawn ? levels : null), [drawn, levels]);
  useSize(element, (size) => act({ do: "resize", size }));

  const latest = useRef(view);
  latest.current = view;
  useEffect(
    () =>
      listenToHands(element.current!, {
        tool: () => latest.current.tool,
        deed: act,
        toggleZoom: (at) => act(latest.current.fitted ? { do: "oneToOne", at } : { do: "fit" }),
      }),
    [],
  );

  return (
    <div
      ref={element}
      class="film-view"
      data-film-view
      data-tool={view.tool}
      data-renderer={kind ?? "none"}
      data-drawn={drawn}
      tabIndex={0}
      role="application"
      aria-label={t("filmView", { file: name })}
      aria-describedby="film-view-keys"
    >
      <canvas
        ref={canvas}
        key={canvasKey}
        role="img"
        aria-label={t("filmShown", {
          file: name,
          zoom: formatPercent(view.placement.scale),
        })}
        hidden={!drawn}
      />
      {drawn && (
        <div class="film-layers" style={layersStyle(lens)}>
          {overlay.evidence !== null && (
            <EvidenceLayer {...overlay.evidence} opacity={overlay.opacity} view={view} />
          )}
          {overlay.lungField !== null && <OutlineLayer field={overlay.lungField} view={view} />}
        </div>
      )}
      {lens !== null && drawn && <span class="lens" style={circleStyle(lens)} aria-hidden="true" />}
      <p id="film-view-keys" class="unseen">
        {t("filmViewKeys")}
      </p>
    </div>
  );
}

function EvidenceLayer(props: NonNullable<Overlay["evidence"]> & { opacity: number; view: View }) {
  const { grid, most, words, opacity, view } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const picture = evidencePicture(grid, most);
    Object.assign(canvas.current!, { width: picture.width, height: picture.height });
    canvas.current!.getContext("2d")!.putImageData(picture, 0, 0);
  }, [grid.values, most]);
  return (
    <canvas
      ref={canvas}
      class="evidence-layer"
      role="img"
      aria-label={words}
      style={{ ...placed(view.film, view.placement), opacity }}
    />
  );
}

function OutlineLayer({ field, view }: { field: LungField; view: View }) {
  const path = useMemo(() => outline(field), [field]);
  return (
    <svg
      class="outline-layer"
      viewBox={`0 0 ${field.side} ${field.side}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      style={placed(view.film, view.placement)}
    >
      <path class="outline-under" d={path} />
      <path d={path} />
    </svg>
  );
}

function placed(film: { width: number; height: number }, { scale, x, y }: Placement) {
  const css = (pixels: number) => `${pixels / devicePixelRatio}px`;
  return {
    left: css(x),
    top: css(y),
    width: css(film.width * scale),
    height: css(film.height * scale),
  };
}

// What lies over the film leaves the lens clear.
function layersStyle(lens: Lens | null): { maskImage?: string } {
  if (lens === null) return {};
  const [x, y, radius] = [lens.at.x, lens.at.y, lens.radius].map((n) => n / devicePixelRatio);
  return {
    maskImage: `radial-gradient(circle at ${x}px ${y}px, transparent ${radius}px, #000 ${radius}px)`,
  };
}

function circleStyle({ at, radius }: Lens) {
  const css = (pixels: number) => `${pixels / devicePixelRatio}px`;
  return {
    left: css(at.x - radius),
    top: css(at.y - radius),
    width: css(2 * radius),
    height: css(2 * radius),
  };
}

// In pixels of the device, which need not be a whole number of them for one of CSS.
function useSize(
  element: { readonly current: HTMLElement | null },
  changed: (size: { width: number; height: number }) => void,
): void {
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const exact = entry!.devicePixelContentBoxSize?.[0];
      const { width, height } = entry!.contentRect;
      changed({
        width: Math.max(1, exact?.inlineSize ?? Math.round(width * devicePixelRatio)),
        height: Math.max(1, exact?.blockSize ?? Math.round(height * devicePixelRatio)),
      });
    });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
}
