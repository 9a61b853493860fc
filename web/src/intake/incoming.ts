// Files dropped or pasted anywhere on the page.

import { useEffect, useRef, useState } from "preact/hooks";
import { chosenFilms, droppedFilms, type GivenFilm } from "./folders";

// Calls take with them; is true while files are being dragged over the page.
export function useIncomingFiles(take: (films: readonly GivenFilm[]) => void): boolean {
  const [dragging, setDragging] = useState(false);
  const latest = useRef(take);
  latest.current = take;

  useEffect(() => {
    const stop = new AbortController();
    const listen = <K extends keyof WindowEventMap>(
      type: K,
      listener: (event: WindowEventMap[K]) => void,
    ) => window.addEventListener(type, listener, { signal: stop.signal });

    listen("dragover", (event) => {
      // Without this the browser would leave the page and open the file.
      event.preventDefault();
      if (event.dataTransfer === null) return;
      const files = event.dataTransfer.types.includes("Files");
      event.dataTransfer.dropEffect = files ? "copy" : "none";
      setDragging(files);
    });
    listen("dragleave", (event) => {
      // Leaving for an element of the page is not leaving the page.
      if (event.relatedTarget === null) setDragging(false);
    });
    listen("drop", (event) => {
      event.preventDefault();
      setDragging(false);
      if (event.dataTransfer !== null) void droppedFilms(event.dataTransfer).then(latest.current);
    });
    listen("paste", (event) => latest.current(chosenFilms(event.clipboardData?.files ?? [])));
    return () => stop.abort();
  }, []);

  return dragging;
}
