// The pixels of the film that is looked at, and of no other: they are gone the moment another film
// is chosen, so that no picture ever stands under another film's name.

import { useEffect, useState } from "preact/hooks";
import type { Film } from "../films";
import type { ViewedFilm } from "../pixels";
import type { Session } from "../session";

export interface Choice {
  readonly frame: number; // of a multi-frame file, from 0
  readonly window: number | null; // of the file's own windows; null is the one it names first
}

export type Viewed =
  { kind: "loading" } | { kind: "shown"; viewed: ViewedFilm } | { kind: "failed"; message: string };

const loading: Viewed = { kind: "loading" };

export function useViewedFilm(session: Session, film: Film, choice: Choice): Viewed {
  const [held, hold] = useState<{ id: number; choice: Choice; viewed: Viewed } | null>(null);
  useEffect(() => {
    let wanted = true;
    session.view(film.id, choice).then(
      (viewed) => wanted && hold({ id: film.id, choice, viewed: { kind: "shown", viewed } }),
      (error: Error) =>
        wanted && hold({ id: film.id, choice, viewed: { kind: "failed", message: error.message } }),
    );
    return () => {
      wanted = false;
    };
  }, [film.id, choice]);
  // Another frame or window of the same film may stand in for the one that is on its way.
  return held?.id === film.id ? held.viewed : loading;
}
