import { useEffect, useState } from "preact/hooks";
import { exportOne } from "../export";
import type { Film } from "../films";
import { formatMilliseconds, statusKeys, t } from "../strings";
import type { Screening } from "../thoraxlite";
import { FindingRow } from "./finding_row";

export function FilmCard({ film }: { film: Film }) {
  const { screening } = film;
  const title = `film-${film.id}`;
  return (
    <article class="film" aria-labelledby={title} data-status={screening?.status ?? "waiting"}>
      <Picture film={film} />
      <div class="film-body">
        <header class="film-head">
          <h3 id={title}>{film.name}</h3>
          <p class="status">
            <StatusMark screening={screening} />
            {t(screening === null ? "statusWaiting" : statusKeys[screening.status])}
          </p>
        </header>
        {screening === null && <p class="soft">{t("waitingDetail")}</p>}
        {screening !== null && screening.message !== "" && (
          <p class="message">{screening.message}</p>
        )}
        {screening?.status === "ok" && (
          <ul class="findings" aria-label={t("findings")}>
            {screening.findings.map((finding) => (
              <FindingRow key={finding.label} finding={finding} />
            ))}
          </ul>
        )}
        {screening !== null && <Details screening={screening} />}
      </div>
    </article>
  );
}

// Only what the core could read is shown: for anything else the browser's own decoder might show a
// picture that was never looked at.
function Picture({ film }: { film: Film }) {
  const readable = film.screening !== null && film.screening.status !== "error";
  const url = useObjectUrl(readable ? film.file : null);
  return (
    <div class="picture">
      {url !== "" ? (
        <img src={url} alt={t("filmAlt", { file: film.name })} decoding="async" loading="lazy" />
      ) : (
        <svg viewBox="0 0 96 96" aria-hidden="true">
          <rect x="22" y="18" width="52" height="60" rx="4" />
          {film.screening !== null && <path d="M38 38l20 20M58 38l-20 20" />}
        </svg>
      )}
    </div>
  );
}

// An address of a file for as long as it is shown.
function useObjectUrl(file: Blob | null): string {
  const [url, setUrl] = useState("");
  useEffect(() => {
    if (file === null) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
}

function StatusMark({ screening }: { screening: Screening | null }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      {screening === null && <circle cx="8" cy="8" r="5.5" stroke-dasharray="3 3" />}
      {screening?.status === "ok" && <path d="M3 8.5l3.5 3.5L13 4.5" />}
      {screening?.status === "refused" && <path d="M8 2.5l6 11H2zM8 7v3" />}
      {screening?.status === "error" && <path d="M4 4l8 8M12 4l-8 8" />}
    </svg>
  );
}

function Details({ screening }: { screening: Screening }) {
  const { decode, prepare, infer } = screening.milliseconds;
  const { name, sha256 } = screening.model;
  return (
    <footer class="details small">
      <p class="soft">
        {screening.status === "ok" && (
          <span>
            {t("times", {
              decode: formatMilliseconds(decode),
              prepare: formatMilliseconds(prepare),
              infer: formatMilliseconds(infer),
            })}
          </span>
        )}
        {name !== "" && (
          <span>
            {t("model")} {name} <code>{sha256.slice(0, 8)}</code>
          </span>
        )}
      </p>
      <CopyButton text={exportOne(screening)} />
    </footer>
  );
}

function CopyButton({ text }: { text: string }) {
  const [label, setLabel] = useState<"copy" | "copied" | "copyFailed">("copy");
  // Browsers give no clipboard to pages that came over plain http.
  if (navigator.clipboard === undefined) return null;
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setLabel("copied"),
      () => setLabel("copyFailed"),
    );
  return (
    <button type="button" class="quiet" onClick={copy} aria-live="polite">
      {t(label)}
    </button>
  );
}
