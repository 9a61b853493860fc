import { useState } from "preact/hooks";
import { t } from "../words/strings";
import { bindings } from "../viewer/keys";
import { singleKeys } from "../viewer/single_keys";
import { Dialog } from "../components/dialog";

const caps: Record<string, string> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  PageUp: "Page ↑",
  PageDown: "Page ↓",
};

const meanings = [
  ["meansScore", "meansScoreText"],
  ["meansThreshold", "meansThresholdText"],
  ["meansEvidence", "meansEvidenceText"],
  ["meansLungFields", "meansLungFieldsText"],
  ["meansUnlike", "meansUnlikeText"],
] as const;

export function HelpDialog({ close }: { close: () => void }) {
  const [everywhere, setEverywhere] = useState(singleKeys.everywhere);
  return (
    <Dialog title={t("help")} close={close}>
      <h3>{t("whatWordsMean")}</h3>
      <dl class="meanings">
        {meanings.map(([word, meaning]) => (
          <div key={word}>
            <dt>{t(word)}</dt>
            <dd>{t(meaning)}</dd>
          </div>
        ))}
      </dl>
      <p>{t("helpHands")}</p>
      <KeyTable title={t("keysEverywhere")} onFilmOnly={false} />
      <KeyTable title={t("keysOnFilm")} onFilmOnly />
      <label class="check">
        <input
          type="checkbox"
          checked={everywhere}
          onChange={({ currentTarget: { checked } }) => {
            singleKeys.everywhere = checked;
            setEverywhere(checked);
          }}
        />
        {t("singleKeys")}
      </label>
      <p class="soft">{t("noticeLong")}</p>
    </Dialog>
  );
}

function KeyTable({ title, onFilmOnly }: { title: string; onFilmOnly: boolean }) {
  const rows = bindings.filter((binding) => (binding.onFilmOnly ?? false) === onFilmOnly);
  return (
    <section>
      <h3>{title}</h3>
      <dl class="keys">
        {rows.map(({ keys, words }) => (
          <div key={words}>
            <dt>
              {keys.map((key) => (
                <Caps key={key} name={key} />
              ))}
            </dt>
            <dd>{t(words)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Caps({ name }: { name: string }) {
  const parts = name.length > 1 ? name.split("+") : [name];
  return (
    <span class="caps">
      {parts.map((part) => (
        <kbd key={part}>{part === "Shift" ? t("shiftKey") : (caps[part] ?? part)}</kbd>
      ))}
    </span>
  );
}
