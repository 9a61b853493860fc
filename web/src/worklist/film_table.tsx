// The films as a table of any length: only the rows in sight are in the document.

import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import {
  elementScroll,
  observeElementOffset,
  type VirtualizerOptions,
  Virtualizer,
} from "@tanstack/virtual-core";
import { type Arrangement, statusOf } from "../results/arrangement";
import type { Film } from "../results/films";
import { refusalKeys, statusKeys } from "../results/status_words";
import { formatScore, t } from "../words/strings";
import type { Finding } from "../screening/thoraxlite";

const rowHeight = 32; // pixels, as in styles/table.css

type Props = {
  films: readonly Film[]; // in the order in which they are shown
  labels: readonly string[]; // of the open model: a column each
  selected: number | null; // id of a film
  select: (id: number) => void;
  open: () => void; // the selected film, large
  arrangement: Arrangement;
  sortBy: (sort: Arrangement["sort"]) => void;
};

export function FilmTable({ films, labels, selected, select, open, arrangement, sortBy }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRows(films.length, scroller);
  const index = films.findIndex(({ id }) => id === selected);

  // Behind the next frame: earlier, the browser would lay out the page for it.
  useEffect(() => {
    if (index >= 0) rows.scrollToIndex(index, { align: "auto" });
  }, [selected]);

  const step = (event: KeyboardEvent) => {
    if (event.key === "Enter" && event.target === scroller.current) return open();
    const to = target(event.key, index, films.length, Math.floor(pageOf(scroller.current)));
    if (to === null || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const film = films[to];
    if (film !== undefined) select(film.id);
  };

  return (
    <div
      ref={scroller}
      class="film-table"
      role="grid"
      tabindex={0}
      aria-label={t("films")}
      aria-rowcount={films.length + 1}
      aria-colcount={labels.length + 2}
      aria-activedescendant={index >= 0 ? `row-${selected}` : undefined}
      onKeyDown={step}
      style={{ "--labels": labels.length }}
    >
      <div class="table-head" role="rowgroup">
        <div class="table-row" role="row" aria-rowindex={1}>
          <Heading text={t("columnFilm")} sort="name" {...{ arrangement, sortBy }} />
          <Heading text={t("columnStatus")} sort="status" {...{ arrangement, sortBy }} />
          {labels.map((label) => (
            <Heading
              key={label}
              text={label}
              sort={{ finding: label }}
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
              aria-selected={film.id === selected}
              data-status={statusOf(film)}
              style={{ transform: `translateY(${start - rowHeight}px)` }}
              onClick={() => select(film.id)}
              onDblClick={open}
            >
              <Cells film={film} labels={labels} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Cells({ film, labels }: { film: Film; labels: readonly string[] }) {
  const { screening } = film;
  // Where there are no scores, the reason stands in their place.
  const reason = screening?.findings.length === 0 ? screening.message : null;
  const findings = new Map(screening?.findings.map((finding) => [finding.label, finding]));
  return (
    <>
      <div role="gridcell" class="cell-film" title={film.name}>
        <Name name={film.name} />
      </div>
      <div
        role="gridcell"
        class="cell-status"
        title={screening?.message}
        aria-colspan={reason === null ? undefined : labels.length + 1}
        data-positive={
          screening?.status === "ok" && screening.findings.some(({ positive }) => positive)
        }
      >
        {statusText(film)}
        {reason !== null && <span class="cell-message soft"> · {reason}</span>}
      </div>
      {reason === null &&
        labels.map((label) => <Score key={label} finding={findings.get(label)} />)}
    </>
  );
}

// Where there is not room for all, the folders give way to the file's own name.
function Name({ name }: { name: string }) {
  const end = name.lastIndexOf("/") + 1;
  return (
    <span class="row-name">
      {end > 0 && <span class="soft">{name.slice(0, end)}</span>}
      <span>{name.slice(end)}</span>
    </span>
  );
}

function statusText({ screening }: Film): string {
  if (screening === null) return t("statusWaiting");
  if (screening.shown_anyway) return t("statusShownAnyway");
  if (screening.refusal !== null) return t(refusalKeys[screening.refusal.type]);
  const highest = screening.findings
    .filter(({ positive }) => positive)
    .reduce<Finding | null>((a, b) => (a !== null && a.score >= b.score ? a : b), null);
  if (highest !== null) return `▲ ${highest.label} ${formatScore(highest.score)}`;
  return t(screening.status === "ok" ? "nothingAbove" : statusKeys[screening.status]);
}

function Score({ finding }: { finding: Finding | undefined }) {
  if (finding === undefined) return <div role="gridcell" class="cell-score" />;
  const { score, positive } = finding;
  return (
    <div role="gridcell" class="cell-score" data-positive={positive}>
      <span aria-hidden="true">{positive ? "▲ " : ""}</span>
      {formatScore(score)}
      <span class="unseen"> {t(positive ? "above" : "below")}</span>
    </div>
  );
}

type HeadingProps = Pick<Props, "arrangement" | "sortBy"> & {
  text: string;
  sort: Arrangement["sort"];
};

function Heading({ text, sort, arrangement, sortBy }: HeadingProps) {
  const sorted = sameSort(sort, arrangement.sort);
  const direction = arrangement.descending ? "descending" : "ascending";
  return (
    <div
      role="columnheader"
      aria-sort={sorted ? direction : "none"}
      data-score={typeof sort === "string" ? undefined : true}
    >
      <button type="button" onClick={() => sortBy(sort)}>
        {text}
        <span aria-hidden="true">{sorted ? (arrangement.descending ? " ↓" : " ↑") : ""}</span>
      </button>
    </div>
  );
}

export function sameSort(a: Arrangement["sort"], b: Arrangement["sort"]): boolean {
  return typeof a === "string" || typeof b === "string" ? a === b : a.finding === b.finding;
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
