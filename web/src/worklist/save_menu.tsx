// What can be saved of the list, and of how many films.

import { useState } from "preact/hooks";
import type { SaveChoice } from "../export/export";
import { type CsvStyle, csvStyles } from "../export/csv";
import type { Film } from "../results/films";
import { decimalMark, formatCount, t } from "../words/strings";

type Props = {
  films: readonly Film[]; // that would be saved
  all: number; // that there are
  save: (choice: SaveChoice) => void;
};

export function SaveMenu({ films, all, save }: Props) {
  const [chosen, choose] = useState<CsvStyle | null>(null);
  // As a spreadsheet in the page's language has it, until somebody says otherwise.
  const style = chosen ?? (decimalMark() === "," ? "csvSemicolon" : "csvComma");
  const nothing = films.every(({ results }) => results.length === 0);
  const part = films.length < all;
  const count = { count: films.length, films: formatCount(films.length) };
  return (
    <span class="save-menu">
      <button
        type="button"
        aria-label={`${t("saveCsv")}: ${t(part ? "shownCount" : "allCount", count)}`}
        disabled={nothing}
        onClick={() => save({ format: "csv", style })}
      >
        {`CSV: ${t(part ? "shownCount" : "allCount", count)}`}
      </button>
      <select
        aria-label={t("csvStyle")}
        title={t("csvStyle")}
        value={style}
        onChange={({ currentTarget: { value } }) => choose(value as CsvStyle)}
      >
        {csvStyles.map(({ name }) => (
          <option key={name} value={name}>
            {t(name)}
          </option>
        ))}
      </select>
      <button
        type="button"
        aria-label={`${t("saveAll")}: ${t(part ? "shownCount" : "allCount", count)}`}
        disabled={nothing}
        onClick={() => save({ format: "json" })}
      >
        {`JSON: ${t(part ? "shownCount" : "allCount", count)}`}
      </button>
    </span>
  );
}
