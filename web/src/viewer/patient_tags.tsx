import { Fragment } from "preact";
import { useState } from "preact/hooks";
import type { DicomInfo } from "../film/pixels";
import { t } from "../words/strings";

// Hidden until asked for, film by film: the next film's are hidden again.
export function PatientTags({ patient }: { patient: DicomInfo["patient"] }) {
  const [shown, setShown] = useState(false);
  const rows = [
    [t("patientName"), patient.name],
    [t("patientId"), patient.id],
    [t("birthDate"), patient.birthDate],
    [t("institution"), patient.institution],
  ] as const;
  return (
    <div class="patient">
      <button type="button" class="quiet" aria-expanded={shown} onClick={() => setShown(!shown)}>
        {t(shown ? "hidePatient" : "showPatient")}
      </button>
      {shown && (
        <dl class="pairs">
          {rows.map(([name, value]) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value === "" ? t("notSaid") : value}</dd>
            </Fragment>
          ))}
        </dl>
      )}
    </div>
  );
}
