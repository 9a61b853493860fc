// All films: how far they are, which of them are shown, the table, and what can be done with them.

import { useMemo, useState } from "preact/hooks";
import { saveTable } from "../export/export";
import {
  type Arrangement,
  isColumn,
  type ListedModel,
  modelsOf,
  sameSort,
} from "../results/arrangement";
import type { Film } from "../results/films";
import type { Session } from "../session/session";
import { useCommands } from "../viewer/use_commands";
import { formatCount, t } from "../words/strings";
import { FilmTable } from "./film_table";
import { QueueBar } from "./queue_bar";
import { SaveMenu } from "./save_menu";
import { TableControls } from "./table_controls";

type Props = {
  session: Session;
  shown: readonly Film[]; // as the arrangement has them
  arrangement: Arrangement;
  change: (change: Partial<Arrangement>) => void;
  wide: boolean;
  setWide: (wide: boolean) => void;
};

const none: ReadonlySet<number> = new Set();

export function Worklist({ session, shown, arrangement, change, wide, setWide }: Props) {
  const films = session.films.all;
  const models = useModels(session, films);
  const [marked, mark] = useState<ReadonlySet<number>>(none); // ids, besides the one looked at
  const chosen = shown.filter(({ id }) => marked.has(id) || id === session.selected);
  const several = marked.size > 0 && chosen.length > 1;
  const most = several ? chosen : shown;
  const again = most.filter((film) => session.canScore(film));
  const remove = () => {
    session.remove(chosen.map(({ id }) => id));
    mark(none);
  };
  useCommands((command) => {
    if (command !== "remove" || chosen.length === 0) return false;
    remove();
    return true;
  });

  // A heading that sorts already turns the order round; scores begin with the highest.
  const sortBy = (sort: Arrangement["sort"]) => {
    const again = sameSort(sort, arrangement.sort);
    change({ sort, descending: again ? !arrangement.descending : isColumn(sort) });
  };
  const done = films.filter(({ waiting }) => !waiting);

  return (
    <>
      <QueueBar queue={session.queue} />
      {session.givenBefore > 0 && (
        <p class="soft" role="status">
          {t("givenBefore", { count: session.givenBefore })}
        </p>
      )}
      {films.length > 1 && (
        <TableControls
          {...{ arrangement, change, models }}
          shown={shown.length}
          total={films.length}
        />
      )}
      <FilmTable
        films={shown}
        {...{ models, arrangement, sortBy, marked, mark }}
        selected={session.selected}
        select={(id) => session.select(id)}
        open={() => setWide(false)}
      />
      <div class="buttons list-foot">
        <button type="button" aria-pressed={wide} onClick={() => setWide(!wide)}>
          {t("wideTable")}
        </button>
        <button
          type="button"
          title={t("clear")}
          aria-label={t("clear")}
          disabled={done.length === 0}
          onClick={() => session.remove(done.map(({ id }) => id))}
        >
          {t("clearShort")}
        </button>
        {again.length > 0 && session.model.kind === "open" && (
          <button type="button" onClick={() => session.scoreAgain(again)}>
            {t("scoreAgainBy", {
              count: again.length,
              films: formatCount(again.length),
              model: session.model.opened.model.name,
            })}
          </button>
        )}
        <SaveMenu
          films={most}
          all={films.length}
          save={(choice) => {
            saveTable(choice, most, session);
            if (most.length === films.length) session.saved();
          }}
        />
        {several && (
          <button type="button" onClick={remove}>
            {t("removeMarked", { count: chosen.length, films: formatCount(chosen.length) })}
          </button>
        )}
      </div>
    </>
  );
}

// The models of the list, or, while nothing has a result, the one that will give them.
function useModels(session: Session, films: readonly Film[]): readonly ListedModel[] {
  const listed = useMemo(() => modelsOf(films), [films]);
  return useMemo(() => {
    if (session.model.kind !== "open") return listed;
    const { model } = session.model.opened;
    if (listed.length === 0) return [model];
    return listed.map((one) => (one.sha256 === model.sha256 ? model : one));
  }, [listed, session.model]);
}
