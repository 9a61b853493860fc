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
      <path d="M14 10.5c0-.9-.6-1.2-1.3-.8C9.5 11.7 6.5 16 6.5 21.500c0 3 1.6 4.2 4 3.3 2-.7 3.5-1.6 3.5-4.100zM18 10.500c0-.9.6-1.2 1.3-.8 3.2 2 6.2 6.3 6.2 11.8 0 3-1.6 4.2-4 3.3-2-.7-3.5-1.6-3.5-4.100zM15.2 5h1.600v10h-1.600z" />
    </svg>
  );
}
