// Files dropped or pasted anywhere on the page.

import { useEffect, useRef, useState } from "preact/hooks";
import { chosenFilms, droppedFilms, type Given, isOneFolder } from "./folders";

// Calls take with them; is true while files are being dragged over the page.
export function useIncomingFiles(take: (given: Given) => void): boolean {
  const [dragging, setDragging] = useState(false);
  const latest = useRef(take);
  latest.current = take;

  useEffect(() => {
    const stop = new AbortController();
    const listen = <K extends keyof WindowEventMap>(
      type: K,
      listener: (event: WindowEventMap[K]) => void,
    ) => window.addEventListener(type, listener, { signal: stop.signal });

    // Lies over the page while files are over it: what is dropped on a file input it can read whole,
    // where the page itself cannot (folders.ts).
    const input = document.createElement("input");
    Object.assign(input, { type: "file", webkitdirectory: true, hidden: true, tabIndex: -1 });
    input.className = "drop-input";
    input.ariaHidden = "true";
    document.body.append(input);
    const filesOfInput = () =>
      new Promise<readonly File[]>((resolve) => {
        const taken = () => {
          resolve([...(input.files ?? [])]);
          input.value = "";
        };
        input.addEventListener("change", taken, { once: true, signal: stop.signal });
      });

    listen("dragover", (event) => {
      const files = event.dataTransfer?.types.includes("Files") === true;
      input.hidden = !files || event.dataTransfer?.items.length !== 1;
      // Without this the browser would leave the page and open the file.
      if (event.target !== input) event.preventDefault();
      if (event.dataTransfer === null) return;
      event.dataTransfer.dropEffect = files ? "copy" : "none";
      setDragging(files);
    });
    listen("dragleave", (event) => {
      // Leaving for an element of the page is not leaving the page.
      if (event.relatedTarget !== null) return;
      setDragging(false);
      input.hidden = true;
    });
    listen("drop", (event) => {
      setDragging(false);
      input.hidden = true;
      const { dataTransfer } = event;
      const isForInput =
        event.target === input && dataTransfer !== null && isOneFolder(dataTransfer);
      if (!isForInput) event.preventDefault();
      if (dataTransfer === null) return;
      const byInput = isForInput ? filesOfInput() : null;
      void droppedFilms(dataTransfer, byInput).then(latest.current);
    });
    listen("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length > 0) void chosenFilms(files).then(latest.current);
    });
    return () => {
      stop.abort();
      input.remove();
    };
  }, []);

  return dragging;
}
