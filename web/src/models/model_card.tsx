// What is known of a model: what it is not for first.

import { useState } from "preact/hooks";
import { releasedModels, wholeCard } from "./built_in_models";
import type { CardBlock, Refusals, ReleasedModel } from "./card_blocks";
import {
  type Interval,
  type LabelFigures,
  type Split,
  type Units,
  splitsOf,
} from "./model_evaluation";
import { labelText } from "../words/labels";
import { formatCount, formatNumber, formatPercent, language, t } from "../words/strings";
import type { OpenedModel } from "../screening/thoraxlite";
import { CardTable } from "./card_table";
import { CardBlocks } from "./card_text";
import { textsOf } from "./card_texts";
import { CurveChart, IntervalBar, intervalText } from "./charts";
import { NeverSeen } from "./never_seen";
import { isUnmeasured } from "./operating_points";
import { PointsTable } from "./points_table";
import { WhatItSees } from "./what_it_sees";

export function ModelCard({ opened }: { opened: OpenedModel }) {
  const { name, sha256, labels, card } = opened.model;
  const released = releasedModels.find((model) => model.sha256 === sha256);
  const notFor = released?.notFor[language()] ?? [];
  const splits = splitsOf(card);
  return (
    <article class="model-card" aria-labelledby="model-card">
      <h3 id="model-card">{t("modelCardOf", { name })}</h3>
      <section class="not-for" aria-labelledby="not-for">
        <h4 id="not-for">{t("notFor")}</h4>
        {notFor.length > 0 ? (
          <CardBlocks blocks={notFor} />
        ) : (
          <ul class="bullets">
            <li>{t("notForPatients")}</li>
            <li>{t("notForUnsaid")}</li>
          </ul>
        )}
      </section>
      <SaidOfUse card={card} ownFile={released === undefined} />
      {isUnmeasured(card) && <p class="warning">{t("measuredOnNothing")}</p>}
      <NeverSeen card={card} />
      {splits.length > 0 && <Evaluation splits={splits} />}
      <PointsTable card={card} />
      {released?.refusals && <Refused refusals={released.refusals} />}
      <WhatItSees card={card} />
      <section aria-labelledby="provenance">
        <h4 id="provenance">{t("provenance")}</h4>
        <dl class="pairs">
          <dt>{t("modelLabels")}</dt>
          <dd>{labels.map(labelText).join(", ")}</dd>
          <dt>{t("modelSha256")}</dt>
          <dd>
            <code>{sha256}</code>
          </dd>
          <dt>{t("modelEngine")}</dt>
          <dd>{`${opened.engine} (${opened.module})`}</dd>
        </dl>
        <Facts facts={card.training} />
      </section>
      {released && notFor.length > 0 && <WholeCard key={sha256} model={released} />}
      <details>
        <summary>{t("cardAsJson")}</summary>
        <pre tabIndex={0}>{JSON.stringify(card, null, 2)}</pre>
      </details>
    </article>
  );
}

function SaidOfUse(props: { card: OpenedModel["model"]["card"]; ownFile: boolean }) {
  const { card, ownFile } = props;
  const { intendedUse, licence, citation } = textsOf(card);
  const rows = [
    [t("intendedUse"), intendedUse],
    [t("licence"), licence ?? (ownFile ? t("licenceUnsaid") : null)],
    [t("citation"), citation],
  ].filter(([, text]) => text !== null);
  if (rows.length === 0) return null;
  return (
    <section class="said-of-use" aria-labelledby="said-of-use">
      <h4 id="said-of-use">{t("saidOfUse")}</h4>
      <p class="soft small">{t("saidByMaker")}</p>
      <dl class="pairs">
        {rows.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function WholeCard({ model }: { model: ReleasedModel }) {
  const [blocks, setBlocks] = useState<readonly CardBlock[]>([]);
  return (
    <details
      onToggle={({ currentTarget: { open } }) => {
        if (open && blocks.length === 0) void wholeCard(model).then(setBlocks);
      }}
    >
      <summary>{t("wholeCard")}</summary>
      <CardBlocks blocks={blocks} />
    </details>
  );
}

function Evaluation({ splits }: { splits: readonly Split[] }) {
  const [index, setIndex] = useState(0);
  const split = splits[Math.min(index, splits.length - 1)]!;
  return (
    <section aria-labelledby="evaluation">
      <h4 id="evaluation">{t("evaluation")}</h4>
      {splits.length > 1 && (
        <label>
          {t("split")}{" "}
          <select
            value={index}
            onChange={({ currentTarget }) => setIndex(Number(currentTarget.value))}
          >
            {splits.map(({ name }, i) => (
              <option key={name} value={i}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {split.over !== null && <p class="soft small">{unitsText(split.over)}</p>}
      <Accuracies split={split} />
      <Subgroups split={split} />
      <Labels split={split} />
      {split.roc.size + split.reliability.size > 0 && <Curves split={split} />}
      {split.confusion.length > 0 && <Confusion split={split} />}
    </section>
  );
}

function Accuracies({ split }: { split: Split }) {
  if (split.groups.length === 0) return null;
  return (
    <CardTable caption={t("accuracyBySource")}>
      <thead>
        <tr>
          <th scope="col">{t("source")}</th>
          <th scope="col">{t("images")}</th>
          <th scope="col">{t("accuracy95")}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {split.groups.map(({ name, images, accuracy }) => (
          <tr key={name}>
            <th scope="row">{name === "" ? t("allSources") : name}</th>
            <td>{formatCount(images)}</td>
            <td>{intervalText(accuracy)}</td>
            <td class="plot">
              <IntervalBar {...accuracy} />
            </td>
          </tr>
        ))}
      </tbody>
    </CardTable>
  );
}

function unitsText({ patients, withoutPatient }: Units): string {
  const words = { patients: formatCount(patients), films: formatCount(withoutPatient) };
  if (patients === 0) return t("intervalsByFilm");
  return withoutPatient === 0 ? t("intervalsByPatient", words) : t("intervalsByBoth", words);
}

const columnWords: Readonly<Record<string, () => string>> = {
  age: () => t("ageInYears"),
  sex: () => t("sex"),
  source: () => t("source"),
  view: () => t("view"),
};

function Subgroups({ split: { subgroups } }: { split: Split }) {
  if (subgroups.length === 0) return null;
  const columns = [...new Set(subgroups.map(({ column }) => column))];
  return (
    <CardTable caption={t("figuresBySubgroup")}>
      <thead>
        <tr>
          <th scope="col">{t("subgroupColumn")}</th>
          <th scope="col">{t("subgroup")}</th>
          <th scope="col">{t("images")}</th>
          <th scope="col">{t("accuracy95")}</th>
          <th scope="col">{t("meanAreaUnderRoc95")}</th>
        </tr>
      </thead>
      <tbody>
        {columns.flatMap((column) => {
          const groups = subgroups.filter((group) => group.column === column);
          return groups.map(({ value, images, accuracy, areaUnderRoc }, i) => (
            <tr key={`${column} ${value}`}>
              {i === 0 && (
                <th scope="rowgroup" rowSpan={groups.length}>
                  {columnWords[column]?.() ?? column}
                </th>
              )}
              <th scope="row">{value === "unknown" ? t("notSaid") : value}</th>
              <td>{formatCount(images)}</td>
              <td>{accuracy === null ? t("undefinedShare") : intervalText(accuracy)}</td>
              <td>{areaUnderRoc === null ? t("undefinedShare") : areaText(areaUnderRoc)}</td>
            </tr>
          ));
        })}
      </tbody>
    </CardTable>
  );
}

const areaText = (area: Interval) => intervalText(area, formatNumber);

function Labels({ split }: { split: Split }) {
  if (split.labels.length === 0) return null;
  const rowsOf = (figures: LabelFigures) => {
    const { sensitivity, specificity, areaUnderRoc, averagePrecision, brierScore } = figures;
    const of = (what: string, figure: Interval | null, text = areaText) =>
      figure === null ? [] : [{ what, figure, text: text(figure) }];
    return [
      ...of(t("sensitivity"), sensitivity, intervalText),
      ...of(t("specificity"), specificity, intervalText),
      ...of(t("areaUnderRoc"), areaUnderRoc),
      ...of(t("averagePrecision"), averagePrecision),
      ...of(t("brierScore"), brierScore),
    ];
  };
  return (
    <CardTable caption={t("figuresByLabel")}>
      <thead>
        <tr>
          <th scope="col">{t("finding")}</th>
          <th scope="col">{t("figure")}</th>
          <th scope="col">{t("value95")}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {split.labels.map((figures) =>
          rowsOf(figures).map(({ what, figure, text }, i, { length }) => (
            <tr key={`${figures.label} ${what}`}>
              {i === 0 && (
                <th scope="rowgroup" rowSpan={length}>
                  {labelText(figures.label)}
                </th>
              )}
              <td>{what}</td>
              <td>{text}</td>
              <td class="plot">
                <IntervalBar {...figure} />
              </td>
            </tr>
          )),
        )}
      </tbody>
    </CardTable>
  );
}

function Curves({ split }: { split: Split }) {
  return (
    <div class="curves">
      {[...split.roc].map(([label, curve]) => {
        const figures = split.labels.find((figures) => figures.label === label);
        return (
          <CurveChart
            key={`roc ${label}`}
            name={t("rocOf", { label: labelText(label) })}
            words={t("rocWords", {
              label: labelText(label),
              area: figures === undefined ? "" : areaText(figures.areaUnderRoc),
            })}
            across={t("falsePositiveRate")}
            up={t("sensitivity")}
            curve={curve}
            marks={
              figures === undefined
                ? []
                : [[1 - figures.specificity.value, figures.sensitivity.value]]
            }
          />
        );
      })}
      {[...split.reliability].map(([label, curve]) => (
        <CurveChart
          key={`reliability ${label}`}
          name={t("reliabilityOf", { label: labelText(label) })}
          words={t("reliabilityWords", { label: labelText(label) })}
          across={t("meanScore")}
          up={t("partWithFinding")}
          curve={curve}
          marks={curve}
        />
      ))}
    </div>
  );
}

function Confusion({ split: { classes, confusion } }: { split: Split }) {
  return (
    <CardTable caption={t("confusion")}>
      <thead>
        <tr>
          <th scope="col">{t("trueAndCalled")}</th>
          {classes.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {confusion.map((row, i) => (
          <tr key={i}>
            <th scope="row">{classes[i] ?? ""}</th>
            {row.map((count, j) => (
              <td key={j} data-right={i === j}>
                {formatCount(count)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </CardTable>
  );
}

function Refused({ refusals: { films, others, areaUnderRoc, roc } }: { refusals: Refusals }) {
  const share = ({ images, refused }: Refusals["films"]) => refused / images;
  return (
    <section aria-labelledby="what-is-refused">
      <h4 id="what-is-refused">{t("whatIsRefused")}</h4>
      <p>
        {t("refusedShares", {
          films: formatPercent(share(films)),
          filmCount: formatCount(films.images),
          others: formatPercent(share(others)),
          otherCount: formatCount(others.images),
        })}
      </p>
      <div class="curves">
        <CurveChart
          name={t("noveltyRoc")}
          words={t("noveltyRocWords", { area: formatNumber(areaUnderRoc) })}
          across={t("filmsRefused")}
          up={t("othersRefused")}
          curve={roc}
          marks={[[share(films), share(others)]]}
        />
      </div>
    </section>
  );
}

// Whatever a card says of a training, as pairs of words.
function Facts({ facts }: { facts: unknown }) {
  if (typeof facts !== "object" || facts === null) return null;
  const rows = Object.entries(facts).flatMap(([key, value]) => flat(key, value));
  return (
    <dl class="pairs">
      {rows.map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const numberText = (value: number) =>
  Number.isInteger(value) ? formatCount(value) : formatNumber(value);

function flat(key: string, value: unknown): [string, string][] {
  // What an object in a list says, the card's JSON says in full.
  if (Array.isArray(value)) {
    const plain = value.filter((one) => typeof one !== "object");
    return plain.length === 0 ? [] : [[key, plain.map(String).join("; ")]];
  }
  if (typeof value !== "object" || value === null) return [[key, String(value)]];
  const numbers = Object.entries(value).filter(([, one]) => typeof one === "number");
  if (numbers.length > 2 && numbers.length === Object.keys(value).length)
    return [[key, numbers.map(([name, one]) => `${name} ${numberText(one)}`).join("; ")]];
  return Object.entries(value).flatMap(([inner, value]) => flat(`${key} ${inner}`, value));
}
