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
    <svg class="film-sheet" viewBox="0 0 32 32" aria-hidden="true">
      <rect x="3" y="1" width="26" height="30" rx="2.5" />
      <path d="M14 10.5c0-.9-.6-1.2-1.3-.8C9.5 11.7 6.5 16 6.5 21.500c0 3 1.6 4.2 4 3.3 2-.7 3.5-1.6 3.5-4.100zM18 10.500c0-.9.6-1.2 1.3-.8 3.2 2 6.2 6.3 6.2 11.8 0 3-1.6 4.2-4 3.3-2-.7-3.5-1.6-3.5-4.100zM15.2 5h1.600v10h-1.600z" />
    </svg>
  );
}
