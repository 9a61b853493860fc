import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../words/strings";
import { Icon } from "./icon";

type Props = { title: string; close: () => void; children: ComponentChildren };

// Over the page; Escape, the button and a click beside it close it, and the focus goes back.
export function Dialog({ title, close, children }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  // Before the next key: what has the focus now is what gets it back.
  useLayoutEffect(() => element.current!.showModal(), []);
  return (
    <dialog
      ref={element}
      aria-labelledby="dialog-title"
      onClose={close}
      onClick={(event) => event.target === element.current && element.current?.close()}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id="dialog-title">{title}</h2>
          <button
            type="button"
            class="tool"
            aria-label={t("close")}
            title={t("close")}
            onClick={() => element.current!.close()}
          >
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
