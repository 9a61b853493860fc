import { useEffect, useRef } from "preact/hooks";
import { type Command, commandOf } from "../viewer/keys";
import { singleKeys } from "../viewer/single_keys";

// Calls `done` with each command that a key gives.
export function useCommands(done: (command: Command) => void): void {
  const latest = useRef(done);
  latest.current = done;
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      const command = commandOf(event, singleKeys.everywhere);
      if (command === null) return;
      // What the browser does with a key outside the film (scrolling) it does not do on it.
      if (event.key.length > 1) event.preventDefault();
      latest.current(command);
    };
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}
