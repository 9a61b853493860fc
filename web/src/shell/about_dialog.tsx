// Which program this is, what it is not for, and whose work is in it.

import { useState } from "preact/hooks";
import { Dialog } from "../components/dialog";
import { packed } from "../packed/packed";
import { unpack } from "../packed/unpack";
import { version } from "../packed/version";
import { t } from "../words/strings";

export function AboutDialog({ close }: { close: () => void }) {
  const [licences, setLicences] = useState("");
  const unpackLicences = async () =>
    setLicences(new TextDecoder().decode(await unpack(packed("licences"))));
  return (
    <Dialog title={t("aboutTitle")} close={close}>
      <p>
        {t("aboutVersion")} <span class="version">{version}</span>
      </p>
      <p>{t("noticeLong")}</p>
      <section class="not-for">
        <h3>{t("aboutNotFor")}</h3>
        <ul class="bullets">
          <li>{t("aboutNotCare")}</li>
          <li>{t("aboutNotFact")}</li>
          <li>{t("aboutNotOthers")}</li>
        </ul>
      </section>
      <p>{t("aboutLicence")}</p>
      <details onToggle={({ currentTarget: { open } }) => open && void unpackLicences()}>
        <summary>{t("licences")}</summary>
        <p class="soft small">{t("licencesBeside")}</p>
        {licences !== "" && (
          <pre class="licences" tabIndex={0} role="region" aria-label={t("licences")} lang="en">
            {licences}
          </pre>
        )}
      </details>
    </Dialog>
  );
}
