// How a film is looked at, and what each deed changes about it. Pure: state in, state out.

import { type Placement, type Point, type Size, fit, oneToOne, panBy, zoomAt } from "./placement";
import { type ValueWindow, adjusted, wholeRange } from "./window_level";

export type Tool = "window" | "pan" | "magnifier"; // what dragging does

export interface View {
  readonly film: Size & { readonly maxValue: number };
  readonly size: Size; // of the view, in pixels of the screen
  readonly placement: Placement;
  readonly fitted: boolean; // follows the view's size until it is zoomed or moved
  readonly window: ValueWindow;
  readonly inverted: boolean;
  readonly tool: Tool;
  readonly lens: Point | null; // where the magnifier is held
}

export type Deed =
  | { do: "show"; film: View["film"] } // another film, as it is
  | { do: "resize"; size: Size }
  | { do: "zoom"; factor: number; at?: Point }
  | { do: "pan"; by: Point }
  | { do: "fit" }
  | { do: "oneToOne"; at?: Point }
  | { do: "window"; window: ValueWindow }
  | { do: "adjust"; wider: number; brighter: number } // parts of the film's range
  | { do: "invert" }
  | { do: "reset" }
  | { do: "tool"; tool: Tool }
  | { do: "lens"; at: Point | null };

const nothing = { width: 1, height: 1 };

export const initialView: View = {
  film: { ...nothing, maxValue: 1 },
  size: nothing,
  placement: { scale: 1, x: 0, y: 0 },
  fitted: true,
  window: { centre: 0.5, width: 1 },
  inverted: false,
  tool: "window",
  lens: null,
};

export function after(view: View, deed: Deed): View {
  const { film, size, placement } = view;
  const middle = { x: size.width / 2, y: size.height / 2 };
  switch (deed.do) {
    case "show":
      // The tool is the hand's, not the film's.
      return {
        ...asItIs(deed.film, size),
        tool: view.tool,
        lens: view.tool === "magnifier" ? middle : null,
      };
    case "resize": {
      if (view.fitted) return { ...view, size: deed.size, placement: fit(film, deed.size) };
      const by = {
        x: (deed.size.width - size.width) / 2,
        y: (deed.size.height - size.height) / 2,
      };
      return { ...view, size: deed.size, placement: panBy(placement, by, film, deed.size) };
    }
    case "zoom": {
      const at = deed.at ?? middle;
      return {
        ...view,
        fitted: false,
        placement: zoomAt(placement, deed.factor, at, film, size),
      };
    }
    case "pan":
      return { ...view, fitted: false, placement: panBy(placement, deed.by, film, size) };
    case "fit":
      return { ...view, fitted: true, placement: fit(film, size) };
    case "oneToOne": {
      const at = deed.at ?? middle;
      return { ...view, fitted: false, placement: oneToOne(placement, at, film, size) };
    }
    case "window":
      return { ...view, window: deed.window };
    case "adjust":
      return {
        ...view,
        window: adjusted(view.window, deed.wider, deed.brighter, film.maxValue),
      };
    case "invert":
      return { ...view, inverted: !view.inverted };
    case "reset":
      return { ...asItIs(film, size), tool: view.tool, lens: view.lens };
    case "tool":
      return { ...view, tool: deed.tool, lens: deed.tool === "magnifier" ? middle : null };
    case "lens":
      return { ...view, lens: deed.at };
  }
}

function asItIs(film: View["film"], size: Size): View {
  return {
    ...initialView,
    film,
    size,
    placement: fit(film, size),
    window: wholeRange(film.maxValue),
  };
}
