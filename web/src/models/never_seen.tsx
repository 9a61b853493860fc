// Of a model card, before all other figures: films of hospitals that training never saw.

import { labelText } from "../words/labels";
import { formatCount, formatNumber, t } from "../words/strings";
import type { Json } from "./card_json";
import { type Hospital, leftOutOf } from "./card_left_out";
import { CardTable } from "./card_table";
import { intervalText } from "./charts";

export function NeverSeen({ card }: { card: Json }) {
  const leftOut = leftOutOf(card);
  if (leftOut === null) return null;
  const { epochs, hospitals } = leftOut;
  return (
    <section class="never-seen" aria-labelledby="never-seen">
      <h4 id="never-seen">{t("neverSeen")}</h4>
      <p>{t("neverSeenHow")}</p>
      {epochs !== null && (
        <p class="soft small">{t("neverSeenEpochs", { epochs: formatCount(epochs) })}</p>
      )}
      <CardTable caption={t("neverSeenFigures")}>
        <thead>
          <tr>
            <th scope="col">{t("leftOutSource")}</th>
            <th scope="col">{t("finding")}</th>
            <th scope="col">{t("images")}</th>
            <th scope="col">{t("calledSo95")}</th>
            <th scope="col">{t("normalAreaUnderRoc95")}</th>
          </tr>
        </thead>
        <tbody>{hospitals.map(rowsOf)}</tbody>
      </CardTable>
    </section>
  );
}

function rowsOf({ name, classes, areaUnderRoc }: Hospital) {
  return classes.map(({ label, films, recall }, i) => (
    <tr key={`${name} ${label}`}>
      {i === 0 && (
        <th scope="rowgroup" rowSpan={classes.length}>
          {name}
        </th>
      )}
      <th scope="row">{labelText(label)}</th>
      <td>{formatCount(films)}</td>
      <td>{intervalText(recall)}</td>
      {i === 0 && (
        <td rowSpan={classes.length}>
          {areaUnderRoc === null ? t("undefinedShare") : intervalText(areaUnderRoc, formatNumber)}
        </td>
      )}
    </tr>
  ));
}
