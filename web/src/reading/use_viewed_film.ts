// The pixels of the film that is looked at, and of no other: they are gone the moment another film
// is chosen, so that no picture ever stands under another film's name.

import { useEffect, useState } from "preact/hooks";
import type { Film } from "../results/films";
import type { FilmChange } from "../film/change";
import type { ViewedFilm } from "../film/pixels";
import type { Session } from "../session/session";
import type { Choice } from "../viewer/film_strip";

export type Viewed =
  { kind: "loading" } | { kind: "shown"; viewed: ViewedFilm } | { kind: "failed"; message: string };

const loading: Viewed = { kind: "loading" };

// Of one film, as it was changed or not.
const keyOf = ({ id }: Film, change: FilmChange | null) => `${id} ${change}`;

export function useViewedFilm(
  session: Session,
  film: Film,
  change: FilmChange | null,
  choice: Choice,
): Viewed {
  const [held, hold] = useState<{ key: string; choice: Choice; viewed: Viewed } | null>(null);
  useEffect(() => {
    let wanted = true;
    session.view(film.id, change, choice).then(
      (viewed) =>
        wanted && hold({ key: keyOf(film, change), choice, viewed: { kind: "shown", viewed } }),
      (error: Error) =>
        wanted &&
        hold({
          key: keyOf(film, change),
          choice,
          viewed: { kind: "failed", message: error.message },
        }),
    );
    return () => {
      wanted = false;
    };
  }, [film.id, change, film.file, choice]);
  // Another frame or window of the same film may stand in for the one that is on its way.
  return held?.key === keyOf(film, change) ? held.viewed : loading;
}
