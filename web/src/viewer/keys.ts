// What each key does. The help dialog lists this table, so that it cannot say anything else.

import type { Key } from "../words/strings";

export type Command =
  | "nextFilm"
  | "previousFilm"
  | "windowTool"
  | "panTool"
  | "magnifier"
  | "zoomIn"
  | "zoomOut"
  | "fit"
  | "oneToOne"
  | "invert"
  | "reset"
  | "nextPreset"
  | "left"
  | "right"
  | "up"
  | "down"
  | "wider"
  | "narrower"
  | "brighter"
  | "darker"
  | "nextFrame"
  | "previousFrame"
  | "evidence"
  | "lungs"
  | "nextFinding"
  | "remove"
  | "help";

interface Binding {
  readonly keys: readonly string[]; // KeyboardEvent.key, with "Shift+" before it where that is held
  readonly command: Command;
  readonly words: Key;
  // Keys that other parts of the page use as well work only while the film has the focus.
  readonly onFilmOnly?: true;
}

export const bindings: readonly Binding[] = [
  { keys: ["n", "j"], command: "nextFilm", words: "keyNextFilm" },
  { keys: ["p", "k"], command: "previousFilm", words: "keyPreviousFilm" },
  { keys: ["w"], command: "windowTool", words: "toolWindow" },
  { keys: ["h"], command: "panTool", words: "toolPan" },
  { keys: ["m"], command: "magnifier", words: "toolMagnifier" },
  { keys: ["+", "="], command: "zoomIn", words: "zoomIn" },
  { keys: ["-"], command: "zoomOut", words: "zoomOut" },
  { keys: ["0"], command: "fit", words: "fit" },
  { keys: ["1"], command: "oneToOne", words: "oneToOne" },
  { keys: ["i"], command: "invert", words: "invert" },
  { keys: ["r"], command: "reset", words: "reset" },
  { keys: ["v"], command: "nextPreset", words: "keyNextPreset" },
  { keys: ["ArrowLeft"], command: "left", words: "keyLeft", onFilmOnly: true },
  { keys: ["ArrowRight"], command: "right", words: "keyRight", onFilmOnly: true },
  { keys: ["ArrowUp"], command: "up", words: "keyUp", onFilmOnly: true },
  { keys: ["ArrowDown"], command: "down", words: "keyDown", onFilmOnly: true },
  { keys: ["Shift+ArrowUp"], command: "brighter", words: "keyBrighter", onFilmOnly: true },
  { keys: ["Shift+ArrowDown"], command: "darker", words: "keyDarker", onFilmOnly: true },
  { keys: ["Shift+ArrowRight"], command: "wider", words: "keyWider", onFilmOnly: true },
  { keys: ["Shift+ArrowLeft"], command: "narrower", words: "keyNarrower", onFilmOnly: true },
  { keys: ["PageDown"], command: "nextFrame", words: "keyNextFrame", onFilmOnly: true },
  { keys: ["PageUp"], command: "previousFrame", words: "keyPreviousFrame", onFilmOnly: true },
  { keys: ["e"], command: "evidence", words: "showEvidence" },
  { keys: ["f"], command: "nextFinding", words: "keyNextFinding" },
  { keys: ["l"], command: "lungs", words: "showLungField" },
  { keys: ["Delete"], command: "remove", words: "keyRemove" },
  { keys: ["?"], command: "help", words: "help" },
];

// The command of a key, unless it is being typed into something or belongs to the browser.
export function commandOf(event: KeyboardEvent, single: boolean): Command | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("input, select, textarea, dialog") != null) return null;
  const onFilm = target?.closest("[data-film-view]") != null;
  const shift = event.shiftKey && event.key.length > 1 ? "Shift+" : "";
  const binding = bindings.find(({ keys }) => keys.includes(shift + event.key));
  if (binding === undefined) return null;
  return onFilm || (single && binding.onFilmOnly !== true) ? binding.command : null;
}
