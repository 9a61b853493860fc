import type { Film } from "../results/films";
import { statusKeys } from "../results/status_words";
import { formatCount, t } from "../words/strings";
import { Icon } from "../components/icon";

type Props = {
  film: Film;
  position: { index: number; count: number };
  step: (by: number) => void;
};

export function FilmHead({ film, position: { index, count }, step }: Props) {
  const last = film.results.at(-1)?.screening;
  const status = film.waiting || last === undefined ? "waiting" : last.status;
  return (
    <header class="film-head">
      <button
        type="button"
        class="tool"
        title={t("keyPreviousFilm")}
        aria-label={t("keyPreviousFilm")}
        disabled={index === 0 || count === 0}
        onClick={() => step(-1)}
      >
        <Icon name="previous" />
      </button>
      <button
        type="button"
        class="tool"
        title={t("keyNextFilm")}
        aria-label={t("keyNextFilm")}
        disabled={index === count - 1}
        onClick={() => step(1)}
      >
        <Icon name="next" />
      </button>
      <h2 id="film-name">{film.name}</h2>
      <p class="soft">
        {index < 0
          ? t("notInTable", { count: formatCount(count) })
          : t("position", { index: formatCount(index + 1), count: formatCount(count) })}
      </p>
      <p class="status" data-status={status}>
        <Icon name={status} />
        {status === "waiting"
          ? t(film.waiting ? "statusWaiting" : "notScored")
          : t(last?.shown_anyway === true ? "statusShownAnyway" : statusKeys[status])}
      </p>
    </header>
  );
}
