// What of the files that were given last did not become a row, and why.

import { Icon } from "../components/icon";
import { formatCount, type Key, t } from "../words/strings";
import type { Given, LeftOut } from "./folders";

const reasons = {
  noFilm: "leftOutNoFilm",
  unreadable: "leftOutUnreadable",
  tooLarge: "leftOutTooLarge",
  encrypted: "leftOutEncrypted",
  damaged: "leftOutDamaged",
} as const satisfies Record<LeftOut["reason"], Key>;

const namedAtOnce = 3;
const mostNames = 1000;

export const hasNotice = ({ leftOut, mayMiss, empty }: Given) =>
  mayMiss || leftOut.length + empty.length > 0;

export function IntakeNotice({ given, close }: { given: Given; close: () => void }) {
  const { leftOut, mayMiss, empty } = given;
  const count = leftOut.length;
  return (
    <aside class="intake-notice small" aria-label={t("leftOutTitle")}>
      <div role="status">
        {empty.map((name) => (
          <p key={name}>{name === "" ? t("chosenEmpty") : t("folderEmpty", { name })}</p>
        ))}
        {mayMiss && <p>{t("mayMiss")}</p>}
        {count > 0 && (
          <details>
            <summary>
              {t("leftOut", { count, number: formatCount(count) })}{" "}
              {leftOut
                .slice(0, namedAtOnce)
                .map(({ name }) => name)
                .join(", ")}
              {count > namedAtOnce && " …"}
            </summary>
            <ul>
              {leftOut.slice(0, mostNames).map(({ name, reason }, i) => (
                <li key={i}>
                  {name}: {t(reasons[reason])}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
      <button type="button" class="quiet" aria-label={t("close")} onClick={close}>
        <Icon name="close" />
      </button>
    </aside>
  );
}
