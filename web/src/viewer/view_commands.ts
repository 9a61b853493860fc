// Keys on the film, as deeds.

import type { Command } from "./keys";
import type { Point } from "./placement";
import type { Deed, View } from "./view";
import type { Preset, ValueWindow } from "./window_level";

const step = 1 / 64; // of the film's range
const zoomStep = 1.25;
const moveStep = 1 / 10; // of the view

export function act(
  command: Command,
  view: View,
  presets: ReadonlyMap<Preset, ValueWindow>,
  done: (deed: Deed) => void,
): void {
  const deed = deedOf(command, view, presets);
  if (deed !== null) done(deed);
}

function deedOf(
  command: Command,
  view: View,
  presets: ReadonlyMap<Preset, ValueWindow>,
): Deed | null {
  switch (command) {
    case "windowTool":
      return { do: "tool", tool: "window" };
    case "panTool":
      return { do: "tool", tool: "pan" };
    case "magnifier":
      return { do: "tool", tool: view.tool === "magnifier" ? "window" : "magnifier" };
    case "zoomIn":
      return { do: "zoom", factor: zoomStep };
    case "zoomOut":
      return { do: "zoom", factor: 1 / zoomStep };
    case "fit":
    case "oneToOne":
    case "invert":
    case "reset":
      return { do: command };
    case "nextPreset":
      return nextPreset(view.window, [...presets.values()]);
    case "left":
      return moved(view, { x: -1, y: 0 });
    case "right":
      return moved(view, { x: 1, y: 0 });
    case "up":
      return moved(view, { x: 0, y: -1 });
    case "down":
      return moved(view, { x: 0, y: 1 });
    case "wider":
      return { do: "adjust", wider: step, brighter: 0 };
    case "narrower":
      return { do: "adjust", wider: -step, brighter: 0 };
    case "brighter":
      return { do: "adjust", wider: 0, brighter: step };
    case "darker":
      return { do: "adjust", wider: 0, brighter: -step };
    default:
      return null;
  }
}

function nextPreset(window: ValueWindow, windows: readonly ValueWindow[]): Deed | null {
  const now = windows.findIndex(
    ({ centre, width }) => centre === window.centre && width === window.width,
  );
  const next = windows[(now + 1) % windows.length];
  return next === undefined ? null : { do: "window", window: next };
}

// An arrow moves the lens where there is one, else the eye: the film goes the other way.
function moved({ lens, size }: View, to: Point): Deed {
  const by = { x: to.x * size.width * moveStep, y: to.y * size.height * moveStep };
  if (lens === null) return { do: "pan", by: { x: -by.x, y: -by.y } };
  const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  return {
    do: "lens",
    at: { x: within(lens.x + by.x / 2, size.width), y: within(lens.y + by.y / 2, size.height) },
  };
}
