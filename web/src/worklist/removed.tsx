import type { Session } from "../session/session";
import { formatCount, t } from "../words/strings";

// What was taken from the list last, until it is put back or let go.
export function Removed({ session }: { session: Session }) {
  const count = session.removed.length;
  if (count === 0) return null;
  return (
    <p class="removed" role="status">
      {t("filmsRemoved", { count, films: formatCount(count) })}{" "}
      <button type="button" onClick={() => session.putBack()}>
        {t("undo")}
      </button>
      <button type="button" class="quiet" onClick={() => session.forgetRemoved()}>
        {t("close")}
      </button>
    </p>
  );
}
