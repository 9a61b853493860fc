// Above the table: which films it shows.

import {
  type Arrangement,
  type Column,
  isColumn,
  type ListedModel,
  type Status,
} from "../results/arrangement";
import { badgeOf } from "../results/model_names";
import { statusKeys } from "../results/status_words";
import { labelText } from "../words/labels";
import { formatCount, t } from "../words/strings";

type Props = {
  arrangement: Arrangement;
  change: (change: Partial<Arrangement>) => void;
  models: readonly ListedModel[];
  shown: number;
  total: number;
};

const statuses: readonly Status[] = ["ok", "refused", "error", "waiting"];

export function TableControls({ arrangement, change, models, shown, total }: Props) {
  const { text, status, above } = arrangement;
  const columns = models.flatMap(({ sha256, labels }) =>
    labels.map((label): Column => ({ model: sha256, label })),
  );
  const at = columns.findIndex(
    ({ model, label }) => isColumn(above) && above.model === model && above.label === label,
  );
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
        value={above === null ? "" : isColumn(above) ? String(at) : above}
        aria-label={t("filterAbove")}
        onChange={({ currentTarget: { value } }) =>
          change({
            above:
              value === "" ? null : value === "any" || value === "none" ? value : columns[+value]!,
          })
        }
      >
        <option value="">{t("anyFinding")}</option>
        <option value="any">{t("anyAbove")}</option>
        <option value="none">{t("nothingAbove")}</option>
        {columns.map(({ model, label }, i) => (
          <option key={`${model} ${label}`} value={String(i)}>
            {t("labelAbove", { label: labelText(label) })}
            {models.length > 1 && ` (${badgeOf(models, model)})`}
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
