import { useEffect, useRef } from "preact/hooks";
import { type Command, commandOf } from "./keys";
import { singleKeys } from "./single_keys";

// Gives each command that a key means to `done`, which says whether it was for it.
export function useCommands(done: (command: Command) => boolean): void {
  const latest = useRef(done);
  latest.current = done;
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      const command = commandOf(event, singleKeys.everywhere);
      // What the browser does with a key outside the film (scrolling) it does not do on it.
      if (command !== null && latest.current(command)) event.preventDefault();
    };
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}
