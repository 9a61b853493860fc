// How a reader can check for himself that nothing leaves the computer.

import type { Session } from "../session/session";
import { formatCount, formatMilliseconds, t } from "../words/strings";
import { Dialog } from "../components/dialog";

export function VerifyDialog({ session, close }: { session: Session; close: () => void }) {
  const { readyAfter, firstResultAfter } = session;
  const { asked, forbidden } = session.requests;
  return (
    <Dialog title={t("verify")} close={close}>
      <dl>
        <dt>{t("requestsAsked")}</dt>
        <dd data-count="asked">{formatCount(asked.length)}</dd>
        <dt>{t("requestsForbidden")}</dt>
        <dd data-count="forbidden">{formatCount(forbidden)}</dd>
      </dl>
      <p class="soft">{t(asked.length === 0 ? "requestsNone" : "requestsOwn")}</p>
      {asked.length > 0 && (
        <ul class="small">
          {asked.map((address, i) => (
            <li key={i}>
              <code>{address}</code>
            </li>
          ))}
        </ul>
      )}
      <ol>
        <li>{t("verifyOffline")}</li>
        <li>{t("verifyDevtools")}</li>
        <li>{t("verifyPolicy")}</li>
      </ol>
      <p class="clock soft small">
        {readyAfter !== undefined && t("readyAfter", { time: formatMilliseconds(readyAfter) })}{" "}
        {firstResultAfter !== undefined &&
          t("firstResult", { time: formatMilliseconds(firstResultAfter) })}
      </p>
    </Dialog>
  );
}
