import { useRef } from "preact/hooks";
import { t } from "../strings";

type Props = {
  first: boolean; // nothing has been screened yet: introduce the page
  take: (files: readonly File[]) => void;
  takeSample: () => void;
};

export function Intake({ first, take, takeSample }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <section class={first ? "intake first" : "intake"} aria-label={t("choose")}>
      {first && <p class="tagline">{t("tagline")}</p>}
      <div class="drop-zone">
        {first && <FilmSheet />}
        <div>
          <p class="drop-title">{t("dropTitle")}</p>
          <p class="soft">{t("dropDetail")}</p>
        </div>
        <div class="buttons">
          <button type="button" class="primary" onClick={() => input.current?.click()}>
            {t("choose")}
          </button>
          <button type="button" onClick={takeSample}>
            {t("trySample")}
          </button>
        </div>
        {first && <p class="soft small">{t("sampleDetail")}</p>}
        <input
          ref={input}
          type="file"
          multiple
          hidden
          accept="image/jpeg,image/png"
          onChange={({ currentTarget }) => {
            take([...(currentTarget.files ?? [])]);
            // So that choosing the same file again is a change again.
            currentTarget.value = "";
          }}
        />
      </div>
      {first && (
        <ul class="promises">
          <Promised title={t("promisePrivate")} detail={t("promisePrivateDetail")} />
          <Promised title={t("promiseOffline")} detail={t("promiseOfflineDetail")} />
          <Promised title={t("promiseHonest")} detail={t("promiseHonestDetail")} />
        </ul>
      )}
    </section>
  );
}

function Promised({ title, detail }: { title: string; detail: string }) {
  return (
    <li>
      <strong>{title}</strong>
      <span class="soft">{detail}</span>
    </li>
  );
}

function FilmSheet() {
  return (
    <svg class="film-sheet" viewBox="0 0 96 96" aria-hidden="true">
      <rect x="12" y="8" width="72" height="80" rx="6" />
      <path d="M44 24v18c0 8-16 6-18 32 8 2 14 0 18-4M52 24v18c0 8 16 6 18 32-8 2-14 0-18-4M48 20v26" />
    </svg>
  );
}
