// Hands on the film: a mouse, a pen or fingers. Positions and lengths are pixels of the screen.

import type { Deed, Tool } from "./view";
import type { Point } from "./placement";

// Dragging over this many pixels of CSS runs through the film's whole range.
const dragForRange = 600;
const wheelForDouble = 400;

interface Hands {
  readonly tool: () => Tool;
  readonly deed: (deed: Deed) => void;
  readonly toggleZoom: (at: Point) => void; // a double click
}

export function listenToHands(element: HTMLElement, hands: Hands): () => void {
  const stop = new AbortController();
  const listen = <K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
  ) => element.addEventListener(type, listener, { signal: stop.signal, passive: false });

  const positionOf = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect();
    return { x: (clientX - left) * devicePixelRatio, y: (clientY - top) * devicePixelRatio };
  };
  const down = new Map<number, Point>(); // where each pointer was last
  let dragging: Tool | null = null;

  listen("pointerdown", (event) => {
    if (event.button > 1) return;
    element.setPointerCapture(event.pointerId);
    down.set(event.pointerId, positionOf(event));
    dragging = event.button === 1 || event.shiftKey ? "pan" : hands.tool();
    if (event.button === 1) event.preventDefault(); // no scrolling mark
    if (dragging === "magnifier") hands.deed({ do: "lens", at: positionOf(event) });
  });

  listen("pointermove", (event) => {
    const now = positionOf(event);
    const before = down.get(event.pointerId);
    if (before === undefined) {
      if (hands.tool() === "magnifier" && event.pointerType === "mouse")
        hands.deed({ do: "lens", at: now });
      return;
    }
    const others = [...down].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    down.set(event.pointerId, now);
    const [other] = others;
    if (other !== undefined) pinch(other, before, now);
    else if (dragging === "pan")
      hands.deed({ do: "pan", by: { x: now.x - before.x, y: now.y - before.y } });
    else if (dragging === "magnifier") hands.deed({ do: "lens", at: now });
    else {
      const range = dragForRange * devicePixelRatio;
      hands.deed({
        do: "adjust",
        wider: (now.x - before.x) / range,
        brighter: (before.y - now.y) / range,
      });
    }
  });

  function pinch(other: Point, before: Point, now: Point): void {
    const distance = (a: Point) => Math.max(Math.hypot(a.x - other.x, a.y - other.y), 1);
    const middle = (a: Point) => ({ x: (a.x + other.x) / 2, y: (a.y + other.y) / 2 });
    const [from, to] = [middle(before), middle(now)];
    hands.deed({ do: "zoom", factor: distance(now) / distance(before), at: from });
    hands.deed({ do: "pan", by: { x: to.x - from.x, y: to.y - from.y } });
  }

  const up = ({ pointerId }: PointerEvent) => down.delete(pointerId);
  listen("pointerup", up);
  listen("pointercancel", up);

  listen("wheel", (event) => {
    event.preventDefault();
    // A pinch on a touchpad arrives as a wheel with the control key, in finer steps.
    const step = event.deltaY * (event.deltaMode === 1 ? 20 : 1) * (event.ctrlKey ? 4 : 1);
    hands.deed({ do: "zoom", factor: 2 ** (-step / wheelForDouble), at: positionOf(event) });
  });

  listen("dblclick", (event) => hands.toggleZoom(positionOf(event)));

  return () => stop.abort();
}
