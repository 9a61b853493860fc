import type { Site } from "../network/site";
import { t } from "../words/strings";
import { version } from "../packed/version";

export function NewVersion({ site }: { site: Site }) {
  if (site.newer === null) return null;
  return (
    <p class="new-version" role="status">
      {t("newVersion")}{" "}
      {site.newerVersion !== "" &&
        t("newVersionWhich", { waiting: site.newerVersion, running: version })}{" "}
      <button type="button" onClick={() => site.takeNewer()}>
        {t("newVersionReload")}
      </button>
    </p>
  );
}
