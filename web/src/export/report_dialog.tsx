// Before printing: whether the patient's tags go along. They do not unless this is ticked, each time
// anew.

import { useEffect, useState } from "preact/hooks";
import type { Film } from "../results/films";
import type { ViewedFilm } from "../film/pixels";
import type { Session } from "../session/session";
import { t } from "../words/strings";
import { Dialog } from "../components/dialog";
import { printedOf, Report } from "./report";

type Props = { session: Session; film: Film; close: () => void };

export function ReportDialog({ session, film, close }: Props) {
  const [viewed, setViewed] = useState<ViewedFilm | null>(null);
  const [failure, setFailure] = useState("");
  const [withPatient, setWithPatient] = useState(false);
  useEffect(() => {
    const { change } = printedOf(film)?.screening ?? film;
    session.view(film.id, change).then(setViewed, (error: Error) => setFailure(error.message));
  }, [film.id]);
  const patient = viewed?.dicom?.patient ?? null;
  return (
    <>
      <Dialog title={t("report")} close={close}>
        <p>{t("reportDetail")}</p>
        {failure !== "" && (
          <p class="message" role="alert">
            {failure}
          </p>
        )}
        {patient !== null && (
          <p>
            <label>
              <input
                type="checkbox"
                checked={withPatient}
                onChange={({ currentTarget }) => setWithPatient(currentTarget.checked)}
              />{" "}
              {t("reportPatient")}
            </label>
          </p>
        )}
        <div class="buttons">
          <button
            type="button"
            class="primary"
            disabled={viewed === null}
            onClick={() => window.print()}
          >
            {t("print")}
          </button>
        </div>
      </Dialog>
      {viewed !== null && (
        <Report
          film={film}
          viewed={viewed}
          cards={session}
          patient={withPatient ? patient : null}
        />
      )}
    </>
  );
}
