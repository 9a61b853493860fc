import { useRef } from "preact/hooks";
import { chosenFilms, type Given } from "./folders";
import { t } from "../words/strings";

type Props = {
  take: (given: Given) => void;
  takeSample?: (() => void) | undefined;
  more?: boolean; // besides those that are there
};

// The ways by which files come in besides being dropped and pasted.
export function IntakeButtons({ take, takeSample, more = false }: Props) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const taken = (input: HTMLInputElement) => {
    void chosenFilms([...(input.files ?? [])]).then(take);
    // So that choosing the same file again is a change again.
    input.value = "";
  };
  return (
    <div class="buttons">
      <button type="button" class={more ? "" : "primary"} onClick={() => files.current?.click()}>
        {t(more ? "addFiles" : "choose")}
      </button>
      <button type="button" onClick={() => folder.current?.click()}>
        {t(more ? "addFolder" : "chooseFolder")}
      </button>
      {takeSample && (
        <button type="button" onClick={takeSample}>
          {t("trySample")}
        </button>
      )}
      {/* Any file: films by DICOM often have no ending, and are recognised by what is in them. */}
      <input
        ref={files}
        class="choose-files"
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => taken(currentTarget)}
      />
      <input
        ref={folder}
        class="choose-folder"
        type="file"
        {...{ webkitdirectory: true }}
        hidden
        onChange={({ currentTarget }) => taken(currentTarget)}
      />
    </div>
  );
}

// The page before the first film.
export function Welcome({ take, takeSample }: Props) {
  return (
    <section class="welcome" aria-labelledby="welcome">
      <FilmSheet />
      <h2 id="welcome">{t("dropTitle")}</h2>
      <p class="soft">{t("dropDetail")}</p>
      <IntakeButtons take={take} takeSample={takeSample} />
      <p class="soft small">{t("sampleDetail")}</p>
      <p class="soft small">{t("welcomePrivate")}</p>
    </section>
  );
}

function FilmSheet() {
  return (
    <svg class="film-sheet" viewBox="0 0 32 32" aria-hidden="true">
      <rect x="3" y="1" width="26" height="30" rx="2.5" />
      <path d="M14 10.5c0-.9-.6-1.2-1.3-.8C9.5 11.7 6.5 16 6.5 21.5c0 3 1.6 4.2 4 3.3 2-.7 3.5-1.6 3.5-4.1zM18 10.5c0-.9.6-1.2 1.3-.8 3.2 2 6.2 6.3 6.2 11.8 0 3-1.6 4.2-4 3.3-2-.7-3.5-1.6-3.5-4.1zM15.2 5h1.6v10h-1.6z" />
    </svg>
  );
}
