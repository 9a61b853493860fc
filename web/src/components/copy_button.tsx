import { useState } from "preact/hooks";
import { t } from "../words/strings";

export function CopyButton({ text }: { text: string }) {
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
