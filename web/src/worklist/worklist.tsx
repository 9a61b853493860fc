// All films: how far they are, which of them are shown, the table, and what can be saved of it.

import { useMemo, useState } from "preact/hooks";
import { arrange, type Arrangement, asGiven } from "../results/arrangement";
import { saveTable } from "../export/export";
import type { Session } from "../session/session";
import { type Key, t } from "../words/strings";
import { FilmTable, sameSort } from "./film_table";
import { QueueBar } from "./queue_bar";
import { TableControls } from "./table_controls";

type Props = { session: Session; wide: boolean; setWide: (wide: boolean) => void };

export function Worklist({ session, wide, setWide }: Props) {
  const [arrangement, setArrangement] = useState<Arrangement>(asGiven);
  const change = (change: Partial<Arrangement>) => setArrangement({ ...arrangement, ...change });
  const films = session.films.all;
  const shown = useMemo(() => arrange(films, arrangement), [films, arrangement]);
  const labels = session.model.kind === "open" ? session.model.opened.model.labels : [];
  const nothing = films.every(({ screening }) => screening === null);

  // A heading that sorts already turns the order round; scores begin with the highest.
  const sortBy = (sort: Arrangement["sort"]) => {
    const again = sameSort(sort, arrangement.sort);
    change({ sort, descending: again ? !arrangement.descending : typeof sort !== "string" });
  };

  return (
    <>
      <QueueBar queue={session.queue} />
      {films.length > 1 && (
        <TableControls
          {...{ arrangement, change, labels }}
          shown={shown.length}
          total={films.length}
        />
      )}
      <FilmTable
        films={shown}
        {...{ labels, arrangement, sortBy }}
        selected={session.selected}
        select={(id) => session.select(id)}
        open={() => setWide(false)}
      />
      <div class="buttons list-foot">
        <button type="button" aria-pressed={wide} onClick={() => setWide(!wide)}>
          {t("wideTable")}
        </button>
        <ShortButton
          text="CSV"
          words="saveCsv"
          disabled={nothing}
          onClick={() => saveTable("csv", shown)}
        />
        <ShortButton
          text="JSON"
          words="saveAll"
          disabled={nothing}
          onClick={() => saveTable("json", shown)}
        />
        <ShortButton
          text={t("clearShort")}
          words="clear"
          disabled={nothing}
          onClick={() => session.clear()}
        />
      </div>
    </>
  );
}

// Its whole words are spoken, and shown when a hand rests on it.
function ShortButton(props: { text: string; words: Key; disabled: boolean; onClick: () => void }) {
  const { text, words, disabled, onClick } = props;
  return (
    <button
      type="button"
      title={t(words)}
      aria-label={t(words)}
      disabled={disabled}
      onClick={onClick}
    >
      {text}
    </button>
  );
}
