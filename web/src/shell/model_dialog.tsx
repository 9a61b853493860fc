import { useRef } from "preact/hooks";
import { builtInModels } from "../models/built_in_models";
import type { Session } from "../session/session";
import { messageText } from "../words/messages";
import { t } from "../words/strings";
import { Dialog } from "../components/dialog";
import { ModelCard } from "../models/model_card";

type Props = {
  session: Session;
  refusal: { name: string; reason: string } | null; // of the file that was to be the model
  take: (name: string, load: () => Promise<unknown>) => Promise<void>;
  close: () => void;
};

export function ModelDialog({ session, refusal, take, close }: Props) {
  const { model, opening } = session;
  const input = useRef<HTMLInputElement>(null);
  const open = model.kind === "open" ? model.opened : null;

  const isOwn = open !== null && builtInModels.every(({ sha256 }) => sha256 !== open.model.sha256);

  return (
    <Dialog title={t("models")} close={close}>
      <fieldset class="models">
        <legend class="unseen">{t("models")}</legend>
        {builtInModels.map((builtIn) => (
          <label class="check" key={builtIn.sha256}>
            <input
              type="radio"
              name="model"
              checked={builtIn.sha256 === open?.model.sha256}
              disabled={opening !== null}
              onChange={() => void take(builtIn.file, () => session.openBuiltIn(builtIn))}
            />
            {builtIn.file.replace(/\.safetensors$/, "")}
            <code class="soft">{builtIn.sha256.slice(0, 8)}</code>
          </label>
        ))}
        {isOwn && (
          <label class="check">
            <input type="radio" name="model" checked />
            {open.model.name}
            <code class="soft">{open.model.sha256.slice(0, 8)}</code>
            <span class="soft">{t("ownModel")}</span>
          </label>
        )}
        <button type="button" disabled={opening !== null} onClick={() => input.current?.click()}>
          {t("chooseModel")}
        </button>
        <span class="soft small">{t("chooseModelDetail")}</span>
        <input
          ref={input}
          class="choose-model"
          type="file"
          hidden
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file !== undefined) void take(file.name, () => session.openModel(file));
            currentTarget.value = "";
          }}
        />
      </fieldset>
      <p role="status">{opening !== null && t("modelOpeningNamed", { name: opening.name })}</p>
      {opening !== null && <progress aria-label={opening.name} value={opening.done ?? undefined} />}
      {refusal !== null && (
        <p class="message" role="alert">
          {t("modelRefused", { ...refusal, reason: messageText(refusal.reason) })}
        </p>
      )}
      {model.kind === "failed" && (
        <p class="message" role="alert">
          {t("modelFailed")}: {model.message}
        </p>
      )}
      {open !== null && opening === null && <ModelCard opened={open} />}
    </Dialog>
  );
}
