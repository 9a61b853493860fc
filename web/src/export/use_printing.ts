// The browser's own printing (Ctrl+P) prints the report of the film in sight.

import { render, type VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";

// report: made when it is printed; null where there is none, and the page itself is printed.
export function usePrinting(report: () => VNode | null): void {
  const latest = useRef(report);
  latest.current = report;
  useEffect(() => {
    const page = document.getElementById("page")!;
    const place = document.createElement("div");
    const stop = new AbortController();
    const listen = (type: string, listener: () => void) =>
      window.addEventListener(type, listener, { signal: stop.signal });
    listen("beforeprint", () => {
      const made = page.querySelector(".report") === null ? latest.current() : null;
      if (made === null) return;
      // At once: the browser takes the page as it is when this returns.
      render(made, place);
      place.className = "printed";
      page.append(place);
    });
    listen("afterprint", () => {
      render(null, place);
      place.remove();
    });
    return () => stop.abort();
  }, []);
}
