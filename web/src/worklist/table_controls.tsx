// Above the table: which films it shows.

import type { Arrangement, Status } from "../results/arrangement";
import { statusKeys } from "../results/status_words";
import { formatCount, t } from "../words/strings";

type Props = {
  arrangement: Arrangement;
  change: (change: Partial<Arrangement>) => void;
  labels: readonly string[];
  shown: number;
  total: number;
};

const statuses: readonly Status[] = ["ok", "refused", "error", "waiting"];
const notAbove = "all"; // no filter; an empty value is any finding

export function TableControls({ arrangement, change, labels, shown, total }: Props) {
  const { text, status, above } = arrangement;
  return (
    <div class="table-controls" role="search" aria-label={t("filter")}>
      <input
        type="search"
        value={text}
        placeholder={t("filterName")}
        aria-label={t("filterName")}
        onInput={({ currentTarget }) => change({ text: currentTarget.value })}
      />
      <select
        value={status ?? ""}
        aria-label={t("columnStatus")}
        onChange={({ currentTarget: { value } }) =>
          change({ status: value === "" ? null : (value as Status) })
        }
      >
        <option value="">{t("anyStatus")}</option>
        {statuses.map((status) => (
          <option key={status} value={status}>
            {t(status === "waiting" ? "statusWaiting" : statusKeys[status])}
          </option>
        ))}
      </select>
      <select
        value={above === null ? notAbove : `+${above}`}
        aria-label={t("filterAbove")}
        onChange={({ currentTarget: { value } }) =>
          change({ above: value === notAbove ? null : value.slice(1) })
        }
      >
        <option value={notAbove}>{t("anyFinding")}</option>
        <option value="+">{t("anyAbove")}</option>
        {labels.map((label) => (
          <option key={label} value={`+${label}`}>
            {t("labelAbove", { label })}
          </option>
        ))}
      </select>
      {shown !== total && (
        <p class="soft" role="status">
          {t("filmsShown", { shown: formatCount(shown), total: formatCount(total) })}
        </p>
      )}
    </div>
  );
}
