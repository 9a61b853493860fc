import { useState } from "preact/hooks";
import type { Session } from "../session/session";
import { t } from "../words/strings";
import { version } from "../packed/version";

// Results that are nowhere but in this page would be gone with it: that is asked first.
export function NewVersion({ session }: { session: Session }) {
  const { site } = session;
  const [asked, ask] = useState(false);
  if (site.newer === null) return null;
  const loses = asked && session.wouldLose;
  return (
    <p class="new-version" role="status">
      {t(loses ? "newVersionLoses" : "newVersion")}{" "}
      {!loses &&
        site.newerVersion !== "" &&
        t("newVersionWhich", { waiting: site.newerVersion, running: version })}{" "}
      <button
        type="button"
        onClick={() => (loses || !session.wouldLose ? session.takeNewer() : ask(true))}
      >
        {t(loses ? "newVersionAnyway" : "newVersionReload")}
      </button>
      {loses && (
        <button type="button" onClick={() => ask(false)}>
          {t("stay")}
        </button>
      )}
    </p>
  );
}
