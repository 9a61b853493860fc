// Which operating point judges the scores, and the choice of another, where the model has several.

import { operatingPointText } from "../models/operating_point_text";
import { isMeasured } from "../results/standing";
import type { Screening } from "../screening/thoraxlite";
import type { Session } from "../session/session";
import { t } from "../words/strings";

type Props = { session: Session; screening: Screening };

export function OperatingPoint({ session, screening }: Props) {
  const { operating_points: names, operating_point: own } = screening;
  const wanted = session.settings.operatingPoint;
  // A threshold that nobody measured judges nothing.
  const judged = own !== wanted && screening.findings.some(isMeasured);
  if (names.length < 2 && !judged) return null;
  return (
    <div class="operating-point small">
      {names.length > 1 && (
        <label>
          {t("operatingPoint")}{" "}
          <select value={own} onChange={({ currentTarget: { value } }) => session.judgeBy(value)}>
            {names.map((name) => (
              <option key={name} value={name}>
                {operatingPointText(name)}
              </option>
            ))}
          </select>
        </label>
      )}
      {judged && (
        <p class="soft">
          {t("pointNotOfModel", {
            wanted: operatingPointText(wanted),
            own: operatingPointText(own),
          })}
        </p>
      )}
      {names.length > 1 && <p class="soft">{t("operatingPointDetail")}</p>}
    </div>
  );
}
