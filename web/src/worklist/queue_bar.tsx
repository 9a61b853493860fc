// How far a run is, how long the rest will take, and a hand on it.

import type { Queue } from "../screening/queue";
import { formatCount, formatDuration, t } from "../words/strings";

export function QueueBar({ queue }: { queue: Queue }) {
  const { done, total, paused, busy, remaining } = queue;
  if (total < 2) return null;
  const counts = { done: formatCount(done), total: formatCount(total) };
  return (
    <div class="queue" data-busy={busy}>
      <p class="soft">
        {t("progress", counts)}
        {busy && paused && ` · ${t("paused")}`}
        {busy && !paused && remaining !== null && (
          <span> · {t("remaining", { time: formatDuration(remaining) })}</span>
        )}
      </p>
      {busy && (
        <>
          <progress aria-label={t("progress", counts)} max={total} value={done} />
          <div class="buttons">
            <button type="button" onClick={() => (paused ? queue.resume() : queue.pause())}>
              {t(paused ? "resume" : "pause")}
            </button>
            <button type="button" onClick={() => queue.cancel()}>
              {t("cancel")}
            </button>
          </div>
        </>
      )}
    </div>
  );
}
