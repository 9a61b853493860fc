import type { ComponentChildren } from "preact";
import type { ModelState } from "../session/session";
import { t } from "../words/strings";
import { Icon } from "../components/icon";

type Props = {
  model: ModelState;
  openModels: () => void;
  openHelp: () => void;
  children?: ComponentChildren; // more controls
};

export function Header({ model, openModels, openHelp, children }: Props) {
  return (
    <header class="top">
      <h1 class="brand">
        <Mark />
        {t("appName")}
      </h1>
      <p class="notice" role="note">
        {t("noticeShort")}
      </p>
      <div class="top-controls">
        <button type="button" class="model-chip" data-model={model.kind} onClick={openModels}>
          {model.kind === "opening" && t("modelOpening")}
          {model.kind === "failed" && t("modelFailed")}
          {model.kind === "open" && (
            <>
              <span class="soft">{t("model")}</span> <span>{model.opened.model.name}</span>{" "}
              <code class="soft">{model.opened.model.sha256.slice(0, 8)}</code>
            </>
          )}
        </button>
        {children}
        <button
          type="button"
          class="tool"
          title={t("help")}
          aria-label={t("help")}
          onClick={openHelp}
        >
          <Icon name="help" />
        </button>
      </div>
    </header>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M14 10.5c0-.9-.6-1.2-1.3-.8C9.5 11.7 6.5 16 6.5 21.5c0 3 1.6 4.2 4 3.3 2-.7 3.5-1.6 3.5-4.1zM18 10.5c0-.9.6-1.2 1.3-.8 3.2 2 6.2 6.3 6.2 11.8 0 3-1.6 4.2-4 3.3-2-.7-3.5-1.6-3.5-4.1zM15.2 5h1.6v10h-1.6z" />
    </svg>
  );
}
