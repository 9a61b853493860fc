import { exportAll, saveText } from "../export";
import type { Film } from "../films";
import { t } from "../strings";
import { FilmCard } from "./film_card";

export function FilmList({ films, clear }: { films: readonly Film[]; clear: () => void }) {
  const screenings = films.flatMap(({ screening }) => screening ?? []);
  const waiting = films.length - screenings.length;
  return (
    <section aria-labelledby="films">
      <div class="list-head">
        <h2 id="films">{t("films")}</h2>
        {films.length > 1 && (
          <p class="soft">
            {t("progress", { done: String(screenings.length), total: String(films.length) })}
          </p>
        )}
        {waiting > 0 && films.length > 1 && (
          <progress aria-labelledby="films" max={films.length} value={screenings.length} />
        )}
        <div class="buttons">
          <button
            type="button"
            disabled={screenings.length === 0}
            onClick={() => saveText(t("saveAllName"), exportAll(screenings))}
          >
            {t("saveAll")}
          </button>
          <button type="button" disabled={screenings.length === 0} onClick={clear}>
            {t("clear")}
          </button>
        </div>
      </div>
      <div class="films">
        {films.map((film) => (
          <FilmCard key={film.id} film={film} />
        ))}
      </div>
    </section>
  );
}
