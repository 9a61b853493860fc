import { refusalKeys } from "../results/status_words";
import { t } from "../words/strings";
import type { Screening } from "../screening/thoraxlite";
import { Icon } from "../components/icon";

// Stands before any score. `showAnyway` is null where there is nothing that could be shown.
export function Refusal(props: { screening: Screening; showAnyway: (() => void) | null }) {
  const { screening, showAnyway } = props;
  return (
    <section class="refusal" aria-labelledby="refusal" data-shown-anyway={screening.shown_anyway}>
      <h3 id="refusal">
        <Icon name="refused" />
        {screening.refusal === null ? t("statusRefused") : t(refusalKeys[screening.refusal.type])}
      </h3>
      <p class="message">{screening.message}</p>
      {screening.shown_anyway && <p class="warning">{t("shownAnyway")}</p>}
      {!screening.shown_anyway && showAnyway !== null && (
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
