import { formatCount, t } from "../words/strings";
import { intervalText } from "./charts";
import { fewest, type Share } from "./figures";

// "97.8% (93.8% to 99.3%), 135 of 138 films". A share of fewer films than one could go by is no number.
export function shareOrWhyNot(share: Share | null): string {
  if (share === null) return t("notMeasured");
  if (share.of < fewest) return t("tooFewFilms", { count: share.of, films: formatCount(share.of) });
  return t("shareOfFilms", {
    share: intervalText(share),
    part: formatCount(share.count),
    films: formatCount(share.of),
  });
}
