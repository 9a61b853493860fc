// Of a model card: what each operating point is worth on test films, beside each other. Nothing of a
// model that has one alone.

import { defaultOperatingPoint } from "../screening/operating_point";
import { labelText } from "../words/labels";
import { formatScore, t } from "../words/strings";
import { type Json, list } from "./card_json";
import { CardTable } from "./card_table";
import { figuresOf, neitherOf } from "./figures";
import { operatingPointText } from "./operating_point_text";
import { chosenOf, namesOf } from "./operating_points";
import { shareOrWhyNot } from "./share_text";

export function PointsTable({ card }: { card: Json }) {
  const names = [defaultOperatingPoint, ...namesOf(card)];
  if (names.length < 2) return null;
  const labels = list(card.labels)
    .map(String)
    .filter((label) => label !== neitherOf(card));
  return (
    <section class="points-table" aria-labelledby="points-table">
      <h4 id="points-table">{t("operatingPoints")}</h4>
      <CardTable caption={t("figuresByPoint")}>
        <thead>
          <tr>
            <th scope="col">{t("operatingPoint")}</th>
            <th scope="col">{t("finding")}</th>
            <th scope="col">{t("reportThreshold")}</th>
            <th scope="col">{t("sensitivity")}</th>
            <th scope="col">{t("specificity")}</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) =>
            labels.map((label, i) => {
              const { threshold } = chosenOf(card, name, label);
              const figures = threshold === null ? null : figuresOf(card, name, label, false);
              return (
                <tr key={`${name} ${label}`}>
                  {i === 0 && (
                    <th scope="rowgroup" rowSpan={labels.length}>
                      {operatingPointText(name)}
                    </th>
                  )}
                  <th scope="row">{labelText(label)}</th>
                  <td>{threshold === null ? "–" : formatScore(threshold)}</td>
                  <td>{shareOrWhyNot(figures?.sensitivity ?? null)}</td>
                  <td>{shareOrWhyNot(figures?.specificity ?? null)}</td>
                </tr>
              );
            }),
          )}
        </tbody>
      </CardTable>
    </section>
  );
}
