import { Icon } from "../components/icon";
import type { FilmChange } from "../film/change";
import { changeKeys, reason, refusalKeys } from "../results/status_words";
import type { Screening } from "../screening/thoraxlite";
import { type Key, t } from "../words/strings";

const offerKeys = {
  inverted: "offerInverted",
  turned_90: "offerTurned90",
  turned_180: "offerTurned180",
  turned_270: "offerTurned270",
} as const satisfies Record<FilmChange, Key>;

type Props = {
  screening: Screening;
  showAnyway: (() => void) | null; // null where there is nothing that could be shown
  scoreChanged: ((change: FilmChange) => void) | null;
};

// Stands before any score.
export function Refusal({ screening, showAnyway, scoreChanged }: Props) {
  const { refusal, shown_anyway } = screening;
  const change = refusal?.passes_as ?? null;
  return (
    <section class="refusal" aria-label={t("statusRefused")} data-shown-anyway={shown_anyway}>
      <h3>
        <Icon name="refused" />
        {refusal === null ? t("statusRefused") : t(refusalKeys[refusal.type])}
      </h3>
      <p class="message">{reason(screening)}</p>
      {shown_anyway && <p class="warning">{t("shownAnyway")}</p>}
      {!shown_anyway && change !== null && scoreChanged !== null && (
        <>
          <p>{t("wouldPass", { change: t(changeKeys[change]) })}</p>
          <button type="button" class="primary" onClick={() => scoreChanged(change)}>
            {t(offerKeys[change])}
          </button>
        </>
      )}
      {!shown_anyway && showAnyway !== null && (
        <>
          <button type="button" onClick={showAnyway}>
            {t("showAnyway")}
          </button>
          <p class="soft small">{t("showAnywayNote")}</p>
        </>
      )}
    </section>
  );
}
