// The pixels of the film that is looked at, and of no other: they are gone the moment another film
// is chosen, so that no picture ever stands under another film's name.

import { useEffect, useState } from "preact/hooks";
import type { Film } from "../results/films";
import type { ViewedFilm } from "../film/pixels";
import type { Session } from "../session/session";
import type { Choice } from "../viewer/film_strip";

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
