import { type Key, t } from "../words/strings";
import type { FilmNote } from "../screening/thoraxlite";

const keys = {
  turned_upright: "noteTurnedUpright",
  window_unusable: "noteWindowUnusable",
  decimal_comma: "noteDecimalComma",
  table_scaled: "noteTableScaled",
  colours_reread: "noteColoursReread",
  frames_missing: "noteFramesMissing",
  bytes_skipped: "noteBytesSkipped",
  transfer_syntax_wrong: "noteTransferSyntaxWrong",
} as const satisfies Record<FilmNote, Key>;

// What was odd in the film's file, and what was done about it.
export function FilmNotes({ notes }: { notes: readonly FilmNote[] }) {
  return (
    <ul class="film-notes soft small" aria-label={t("filmNotes")}>
      {notes.map((note) => (
        <li key={note}>{t(keys[note])}</li>
      ))}
    </ul>
  );
}
