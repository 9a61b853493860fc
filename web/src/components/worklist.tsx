import { exportAll, saveText } from "../export";
import type { Film } from "../films";
import { formatCount, formatScore, statusKeys, t } from "../strings";
import { Icon } from "./icon";

type Props = {
  films: readonly Film[];
  selected: number; // id of a film
  select: (id: number) => void;
  clear: () => void;
};

export function Worklist({ films, selected, select, clear }: Props) {
  const screenings = films.flatMap(({ screening }) => screening ?? []);
  const waiting = films.length - screenings.length;
  return (
    <>
      <div class="list-head">
        {films.length > 1 && (
          <p class="soft" data-progress>
            {t("progress", {
              done: formatCount(screenings.length),
              total: formatCount(films.length),
            })}
          </p>
        )}
        {waiting > 0 && films.length > 1 && (
          <progress aria-labelledby="films" max={films.length} value={screenings.length} />
        )}
      </div>
      <ol class="rows">
        {films.map(({ id, name, screening }) => {
          const status = screening?.status;
          return (
            <li key={id}>
              <button
                type="button"
                class="row"
                aria-current={id === selected}
                data-status={status ?? "waiting"}
                onClick={() => select(id)}
              >
                <Icon name={status ?? "waiting"} />
                <span class="row-name">{name}</span>
                <span class="row-detail">
                  {screening === null || screening.findings.length === 0
                    ? t(status === undefined ? "statusWaiting" : statusKeys[status])
                    : screening.findings.map(({ label, score, positive }) => (
                        <span key={label} data-positive={positive}>
                          {label} {formatScore(score)}
                        </span>
                      ))}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
      <div class="buttons list-foot">
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
    </>
  );
}
