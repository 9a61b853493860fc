import type { ModelState } from "../session";
import { t } from "../strings";

export function Header({ model }: { model: ModelState }) {
  return (
    <header class="top">
      <div class="bar">
        <h1 class="brand">
          <Mark />
          {t("appName")}
        </h1>
        <p class="model-chip" data-model={model.kind}>
          {model.kind === "opening" && t("modelOpening")}
          {model.kind === "failed" && t("modelFailed")}
          {model.kind === "open" && (
            <>
              <span>{model.opened.model.name}</span>{" "}
              <code>{model.opened.model.sha256.slice(0, 8)}</code>{" "}
              <span class="soft">{model.opened.engine}</span>
            </>
          )}
        </p>
      </div>
      <p class="notice" role="note">
        {t("noticeShort")}
      </p>
    </header>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M14 7v9c0 2-5 2-6 9M18 7v9c0 2 5 2 6 9M16 6v10" />
    </svg>
  );
}
