import { useEffect, useState } from "preact/hooks";

// Whether `it` holds, told a task later: what hangs on it is drawn by itself, and so the page answers
// in between.
export function useAfter(it: boolean): boolean {
  const [told, tell] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => tell(it));
    return () => clearTimeout(timer);
  }, [it]);
  return told && it;
}
