// The films as a table of any length: only the rows in sight are in the document.

import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import {
  elementScroll,
  observeElementOffset,
  type VirtualizerOptions,
  Virtualizer,
} from "@tanstack/virtual-core";
import {
  type Arrangement,
  type Column,
  findingOf,
  isColumn,
  type ListedModel,
  sameSort,
  statusOf,
} from "../results/arrangement";
import type { Film } from "../results/films";
import { badgeOf, modelText } from "../results/model_names";
import { headline, reason } from "../results/status_words";
import type { Finding, Screening } from "../screening/thoraxlite";
import { labelText } from "../words/labels";
import { formatScore, t } from "../words/strings";

const rowHeight = 32; // pixels, as in styles/table.css

type Props = {
  films: readonly Film[]; // in the order in which they are shown
  models: readonly ListedModel[]; // a column for each of their labels
  selected: number | null; // id of a film
  select: (id: number) => void;
  marked: ReadonlySet<number>; // ids of others that something is to be done with
  mark: (ids: ReadonlySet<number>) => void;
  open: () => void; // the selected film, large
  arrangement: Arrangement;
  sortBy: (sort: Arrangement["sort"]) => void;
};

export function FilmTable(props: Props) {
  const { films, models, selected, select, marked, mark, open, arrangement, sortBy } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRows(films.length, scroller);
  const index = films.findIndex(({ id }) => id === selected);
  const columns = models.flatMap(({ sha256, labels }) =>
    labels.map((label): Column => ({ model: sha256, label })),
  );

  // Behind the next frame: earlier, the browser would lay out the page for it.
  useEffect(() => {
    if (index >= 0) rows.scrollToIndex(index, { align: "auto" });
  }, [selected]);

  // With Shift, all between the row that is looked at and this one.
  const markTo = (to: number) => {
    const [first, last] = [Math.min(Math.max(index, 0), to), Math.max(index, to)];
    mark(new Set(films.slice(first, last + 1).map(({ id }) => id)));
  };
  const click = (event: MouseEvent, at: number) => {
    const { id } = films[at]!;
    if (event.shiftKey) return markTo(at);
    if (event.ctrlKey || event.metaKey) {
      const others = new Set(marked).add(selected ?? id);
      if (id !== selected && others.has(id)) others.delete(id);
      else others.add(id);
      return mark(others);
    }
    mark(new Set());
    select(id);
  };
  const step = (event: KeyboardEvent) => {
    if (event.key === "Enter" && event.target === scroller.current) return open();
    if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return mark(new Set(films.map(({ id }) => id)));
    }
    const to = target(event.key, index, films.length, Math.floor(pageOf(scroller.current)));
    if (to === null || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const film = films[to];
    if (film === undefined) return;
    mark(event.shiftKey ? new Set([...marked, selected ?? film.id, film.id]) : new Set());
    select(film.id);
  };

  return (
    <div
      ref={scroller}
      class="film-table"
      role="grid"
      tabindex={0}
      aria-label={t("films")}
      aria-multiselectable
      aria-rowcount={films.length + 1}
      aria-colcount={columns.length + 3}
      aria-activedescendant={index >= 0 ? `row-${selected}` : undefined}
      onKeyDown={step}
      style={{ "--labels": Math.max(columns.length, 1) }}
    >
      <div class="table-head" role="rowgroup">
        <div class="table-row" role="row" aria-rowindex={1}>
          <Heading text={t("columnFilm")} sort="name" {...{ arrangement, sortBy }} />
          <Heading text={t("columnStatus")} sort="status" {...{ arrangement, sortBy }} />
          <Heading text={t("model")} sort="model" {...{ arrangement, sortBy }} />
          {columns.map((column) => (
            <Heading
              key={`${column.model} ${column.label}`}
              text={labelText(column.label)}
              model={models.length > 1 ? badgeOf(models, column.model) : ""}
              sort={column}
              {...{ arrangement, sortBy }}
            />
          ))}
        </div>
      </div>
      <div role="rowgroup" class="table-body" style={{ height: `${rows.getTotalSize()}px` }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const film = films[index];
          if (film === undefined) return null;
          return (
            <div
              key={film.id}
              id={`row-${film.id}`}
              class="table-row film-row"
              role="row"
              aria-rowindex={index + 2}
              aria-selected={film.id === selected || marked.has(film.id)}
              data-marked={marked.has(film.id)}
              data-current={film.id === selected}
              data-status={statusOf(film)}
              style={{ transform: `translateY(${start - rowHeight}px)` }}
              onClick={(event) => click(event, index)}
              onDblClick={open}
            >
              <Cells film={film} models={models} columns={columns} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

type CellsProps = {
  film: Film;
  models: readonly ListedModel[];
  columns: readonly Column[];
};

function Cells({ film, models, columns }: CellsProps) {
  const results = statusOf(film) === "waiting" ? [] : film.results;
  // Where there are no scores, the reason stands in their place.
  const none =
    results.length > 0 && results.every(({ screening }) => screening.findings.length === 0);
  const why = none ? reason(results.at(-1)!.screening) : null;
  const names = results.map(({ screening: { model } }) => modelText(model)).filter(Boolean);
  return (
    <>
      <div role="gridcell" class="cell-film" title={film.name}>
        <Name name={film.name} />
      </div>
      <div
        role="gridcell"
        class="cell-status"
        title={results.map(({ screening }) => statusTitle(screening)).join("\n")}
        data-positive={results.some(({ screening }) =>
          screening.findings.some(({ positive }) => positive),
        )}
      >
        {film.waiting && <span class="row-waits">{t("statusWaiting")} </span>}
        {!film.waiting && results.length === 0 && t("notScored")}
        {results.map(({ screening }) => (
          <span key={screening.model.sha256} class="row-result">
            {models.length > 1 && (
              <span class="badge">{badgeOf(models, screening.model.sha256)}</span>
            )}{" "}
            {headline(screening)}
          </span>
        ))}
      </div>
      <div
        role="gridcell"
        class="cell-model soft"
        aria-colspan={why === null ? undefined : columns.length + 1}
      >
        {names.join(", ")}
        {why !== null && results.at(-1)!.screening.status === "refused" && (
          <span class="cell-message"> · {why}</span>
        )}
      </div>
      {why === null &&
        columns.map((column) => (
          <Score key={`${column.model} ${column.label}`} finding={findingOf(film, column)} />
        ))}
    </>
  );
}

function statusTitle(screening: Screening): string {
  const { name } = screening.model;
  const why = screening.refusal === null ? "" : `. ${reason(screening)}`;
  return `${name === "" ? "" : `${name}: `}${headline(screening)}${why}`;
}

// Where there is not room for all, the folders give way first, and then the middle of the file's own
// name: its end is what tells it from its neighbours.
const end = 12; // letters

function Name({ name }: { name: string }) {
  const start = name.lastIndexOf("/") + 1;
  const own = name.slice(start);
  const cut = Math.max(own.length - end, 0);
  return (
    <span class="row-name">
      {start > 0 && <span class="soft">{name.slice(0, start)}</span>}
      <span class="row-own">
        <span>{own.slice(0, cut)}</span>
        <span>{own.slice(cut)}</span>
      </span>
    </span>
  );
}

function Score({ finding }: { finding: Finding | undefined }) {
  if (finding === undefined) return <div role="gridcell" class="cell-score" />;
  const { score, positive, near, neither, threshold } = finding;
  const side = neither
    ? t("noFinding")
    : threshold === null
      ? t("notMeasured")
      : near
        ? t("near")
        : t(positive ? "above" : "below");
  const quiet = neither || threshold === null;
  return (
    <div
      role="gridcell"
      class={`cell-score ${quiet ? "soft" : ""}`}
      data-positive={positive}
      title={side}
    >
      <span aria-hidden="true">{near ? "≈ " : positive ? "▲ " : ""}</span>
      {formatScore(score)}
      <span class="unseen"> {side}</span>
    </div>
  );
}

type HeadingProps = Pick<Props, "arrangement" | "sortBy"> & {
  text: string;
  model?: string; // whose column it is, where there are several
  sort: Arrangement["sort"];
};

function Heading({ text, model = "", sort, arrangement, sortBy }: HeadingProps) {
  const sorted = sameSort(sort, arrangement.sort);
  const direction = arrangement.descending ? "descending" : "ascending";
  const whole = model === "" ? text : `${text} (${model})`;
  return (
    <div
      role="columnheader"
      aria-sort={sorted ? direction : "none"}
      data-score={isColumn(sort) ? true : undefined}
      title={whole}
    >
      <button type="button" onClick={() => sortBy(sort)}>
        {text}
        {model !== "" && <span class="badge">{model}</span>}
        <span aria-hidden="true">{sorted ? (arrangement.descending ? " ↓" : " ↑") : ""}</span>
      </button>
    </div>
  );
}

function pageOf(scroller: HTMLElement | null): number {
  return Math.max((scroller?.clientHeight ?? 0) / rowHeight - 1, 1);
}

// The row that a key leads to; null where the key is for something else.
function target(key: string, from: number, count: number, page: number): number | null {
  const steps: Record<string, number> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + page,
    PageUp: from - page,
    Home: 0,
    End: count - 1,
  };
  const to = steps[key];
  return to === undefined ? null : Math.min(Math.max(to, 0), count - 1);
}

type Options = VirtualizerOptions<HTMLDivElement, HTMLDivElement>;

// A new table is sent to its top, where it is; a browser would lay out the page for that.
const scrollIfElsewhere: Options["scrollToFn"] = (offset, how, rows) => {
  if (offset > 0 || rows.scrollOffset) elementScroll(offset, how, rows);
};

// What is seen of the rows: without the scrollbars that TanStack counts in. Told first when the browser
// has laid out the page anyway; TanStack's own asks at once, and a new page is then laid out twice. And
// a task later: rows drawn within the frame would have it laid out again before it is painted.
const observeInside: Options["observeElementRect"] = ({ scrollElement }, changed) => {
  const element = scrollElement!;
  const observer = new ResizeObserver(() =>
    setTimeout(() => changed({ width: element.clientWidth, height: element.clientHeight })),
  );
  observer.observe(element);
  return () => observer.disconnect();
};

// Which rows are in sight, by TanStack Virtual; draws again when that changes.
function useRows(count: number, scroller: { current: HTMLDivElement | null }) {
  const [, moved] = useReducer((moves: number) => moves + 1, 0);
  const kept = useRef<Virtualizer<HTMLDivElement, HTMLDivElement> | null>(null);
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    // The head lies above the rows, and over them once they are scrolled.
    scrollMargin: rowHeight,
    scrollPaddingStart: rowHeight,
    observeElementRect: observeInside,
    observeElementOffset,
    scrollToFn: scrollIfElsewhere,
    onChange: () => moved(undefined),
  };
  const rows = (kept.current ??= new Virtualizer(options));
  rows.setOptions(options);
  useEffect(() => rows._didMount(), []);
  useLayoutEffect(() => rows._willUpdate());
  return rows;
}
