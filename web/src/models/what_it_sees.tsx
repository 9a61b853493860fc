// Of a model card: what the model sees of a film, and how well its lung network finds the lungs.

import { formatCount, formatNumber, formatPercent, t } from "../words/strings";
import type { Json } from "./card_json";
import { hasLungNetwork, type LungFigures, lungFiguresOf, viewOf } from "./card_lungs";
import { CardTable } from "./card_table";
import { intervalText } from "./charts";

export function WhatItSees({ card }: { card: Json }) {
  const view = viewOf(card);
  const hasLungs = hasLungNetwork(card);
  const figures = lungFiguresOf(card);
  const seen =
    view === null
      ? [t("seesWhole")]
      : [
          t("seesLungs", { margin: formatPercent(view.margin) }),
          t("seesEvened"),
          t(view.keepsOutside ? "seesKept" : "seesFaded"),
        ];
  return (
    <section class="what-it-sees" aria-labelledby="what-it-sees">
      <h4 id="what-it-sees">{t("whatItSees")}</h4>
      <p>{seen.join(" ")}</p>
      <p>{t(hasLungs ? "lungNetwork" : "noLungNetwork")}</p>
      {card.novelty === undefined && <p>{t("refusesNothingElse")}</p>}
      {figures.length > 0 && <Figures figures={figures} />}
    </section>
  );
}

const groupWords: Readonly<Record<string, () => string>> = {
  all: () => t("allSources"),
  children: () => t("groupChildren"),
  adults: () => t("groupAdults"),
};

function Figures({ figures }: { figures: readonly LungFigures[] }) {
  const orNone = (value: number | null, format: (value: number) => string) =>
    value === null ? t("undefinedShare") : format(value);
  return (
    <>
      <CardTable caption={t("lungFigures")}>
        <thead>
          <tr>
            <th scope="col">{t("filmGroup")}</th>
            <th scope="col">{t("images")}</th>
            <th scope="col">{t("meanDice95")}</th>
            <th scope="col">{t("tenthOfDice")}</th>
            <th scope="col">{t("areaError")}</th>
          </tr>
        </thead>
        <tbody>
          {figures.map(({ films, count, dice, tenth, areaError }, i) => (
            <tr key={i}>
              <th scope="row">{groupWords[films]?.() ?? films}</th>
              <td>{formatCount(count)}</td>
              <td>{intervalText(dice, formatNumber)}</td>
              <td>{orNone(tenth, formatNumber)}</td>
              <td>{orNone(areaError, formatPercent)}</td>
            </tr>
          ))}
        </tbody>
      </CardTable>
      <p class="soft small">{t("diceNote")}</p>
    </>
  );
}
