// A table of a model card, with a caption, which scrolls sideways where it is too wide.

import type { ComponentChildren } from "preact";

export function CardTable({ caption, children }: { caption: string; children: ComponentChildren }) {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        {children}
      </table>
    </div>
  );
}
