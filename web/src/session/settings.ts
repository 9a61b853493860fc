// What the reader chose of the page itself. The browser keeps it only where the reader allowed that:
// until then nothing of this page is written anywhere.

import { defaultOperatingPoint } from "../screening/operating_point";
import { isLanguage, language, type Language, setLanguage } from "../words/strings";

export const themes = ["auto", "light", "dark", "contrast"] as const;
export type Theme = (typeof themes)[number];

const place = "thoraxlite";

// As the core takes their names (wasm/core/model/card.cpp).
const isOperatingPoint = (value: unknown): value is string =>
  typeof value === "string" && /^[a-z0-9_]{1,40}(\/[a-z0-9_]{1,40})?$/.test(value);

export class Settings {
  theme: Theme = "auto";
  operatingPoint: string = defaultOperatingPoint; // that judges scores, of models that have it
  remembered = false; // allowed, and so kept

  // rememberedElsewhere: another of these pages allowed it, or ended it.
  constructor(
    private readonly changed: () => void,
    rememberedElsewhere: () => void,
  ) {
    window.addEventListener("storage", ({ key }) => {
      if (key !== null && key !== place) return;
      const remembered = this.stillRemembered();
      if (remembered === this.remembered) return;
      this.remembered = remembered;
      rememberedElsewhere();
    });
    const kept = read();
    if (kept === null) return;
    this.remembered = true;
    if (isLanguage(kept.language)) setLanguage(kept.language);
    if (isOperatingPoint(kept.operatingPoint)) this.operatingPoint = kept.operatingPoint;
    this.setTheme(themes.find((theme) => theme === kept.theme) ?? "auto");
  }

  setLanguage(chosen: Language): void {
    setLanguage(chosen);
    this.keep();
  }

  // styles/ reads data-theme; without it the browser's own preference holds.
  setTheme(theme: Theme): void {
    this.theme = theme;
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    this.keep();
  }

  setOperatingPoint(operatingPoint: string): void {
    this.operatingPoint = operatingPoint;
    this.keep();
  }

  // Asked of the browser, since another page may have ended it a moment ago.
  stillRemembered(): boolean {
    return read() !== null;
  }

  setRemembered(allowed: boolean): void {
    this.remembered = allowed;
    if (!allowed) erase();
    this.keep();
  }

  private keep(): void {
    if (this.remembered) {
      try {
        const { theme, operatingPoint } = this;
        localStorage.setItem(
          place,
          JSON.stringify({ language: language(), theme, operatingPoint }),
        );
      } catch {
        this.remembered = false; // the browser keeps nothing, and the page says so
      }
    }
    this.changed();
  }
}

function read(): { language?: unknown; theme?: unknown; operatingPoint?: unknown } | null {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? "null") as unknown;
    return typeof kept === "object" ? kept : null;
  } catch {
    return null;
  }
}

function erase(): void {
  try {
    localStorage.removeItem(place);
  } catch {
    // Where nothing may be kept there is nothing to erase.
  }
}
