import type { Site } from "../network/site";
import { t } from "../words/strings";

export function NewVersion({ site }: { site: Site }) {
  if (site.newer === null) return null;
  return (
    <p class="new-version" role="status">
      {t("newVersion")}{" "}
      <button type="button" onClick={() => site.takeNewer()}>
        {t("newVersionReload")}
      </button>
    </p>
  );
}
