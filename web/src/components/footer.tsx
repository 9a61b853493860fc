import type { Session } from "../session";
import { formatMilliseconds, t } from "../strings";

export function Footer({ session }: { session: Session }) {
  const { model, readyAfter, firstResultAfter } = session;
  return (
    <footer class="bottom">
      <section aria-labelledby="model">
        <h2 id="model">{t("model")}</h2>
        {model.kind === "opening" && <p class="soft">{t("modelOpening")}</p>}
        {model.kind === "failed" && (
          <p class="message" role="alert">
            {t("modelFailed")}: {model.message}
          </p>
        )}
        {model.kind === "open" && (
          <>
            <dl>
              <dt>{t("modelName")}</dt>
              <dd>{model.opened.model.name}</dd>
              <dt>{t("modelLabels")}</dt>
              <dd>{model.opened.model.labels.join(", ")}</dd>
              <dt>{t("modelSha256")}</dt>
              <dd>
                <code>{model.opened.model.sha256}</code>
              </dd>
              <dt>{t("modelEngine")}</dt>
              <dd>{model.opened.engine}</dd>
            </dl>
            <details>
              <summary>{t("modelCard")}</summary>
              <pre>{JSON.stringify(model.opened.model.card, null, 2)}</pre>
            </details>
          </>
        )}
      </section>
      <p class="soft clock">
        {readyAfter !== undefined && (
          <span>{t("readyAfter", { time: formatMilliseconds(readyAfter) })}</span>
        )}{" "}
        {firstResultAfter !== undefined && (
          <strong>{t("firstResult", { time: formatMilliseconds(firstResultAfter) })}</strong>
        )}
      </p>
      <p class="soft">{t("noticeLong")}</p>
    </footer>
  );
}
