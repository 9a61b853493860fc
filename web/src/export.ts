// Results that leave the page, by a person's click. The research-use notice goes with each.

import { t } from "./strings";
import type { Screening } from "./thoraxlite";

export function exportOne(screening: Screening): string {
  return toJson({ notice: t("noticeLong"), ...screening });
}

export function exportAll(screenings: readonly Screening[]): string {
  return toJson({ notice: t("noticeLong"), screenings });
}

export function saveText(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  // The browser reads the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function toJson(value: object): string {
  return JSON.stringify(value, null, 2) + "\n";
}
