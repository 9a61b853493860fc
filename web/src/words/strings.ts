// Words and numbers in the reader's language. The words themselves stand in words/, a table a
// language; nothing else in the page holds text or formats a number.

import i18next from "i18next";
import { english } from "./english";
import { german } from "./german";
import type { Key, Words } from "./table";

export type { Key, Words } from "./table";

const tables = { en: english, de: german } satisfies Record<string, Words>;
export type Language = keyof typeof tables;
export const languages: Record<Language, { name: string; direction: "ltr" | "rtl" }> = {
  en: { name: "English", direction: "ltr" },
  de: { name: "Deutsch", direction: "ltr" },
};

const words = i18next.createInstance();
void words.init({
  lng: preferredLanguage(),
  resources: Object.fromEntries(
    Object.entries(tables).map(([language, table]) => [language, { translation: table }]),
  ),
  initAsync: false, // the tables are here, and so are the words with the first line that is drawn
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false }, // words become text nodes, never markup
});

// Most words have no place for a value, so there is nothing for i18next to do, which takes many times
// as long as a look into the table.
export function t(key: Key, values?: Record<string, string | number | boolean>): string {
  return values === undefined
    ? (tables[language()] as Record<string, string>)[key]!
    : words.t(key, values);
}

export function language(): Language {
  return words.language as Language;
}

export function isLanguage(text: unknown): text is Language {
  return typeof text === "string" && Object.hasOwn(tables, text);
}

// Draw the page again after it: words that were drawn stay as they are.
export function setLanguage(chosen: Language): void {
  void words.changeLanguage(chosen);
  sayLanguage();
  formats = makeFormats();
}

// The first of the reader's languages that there is a table for.
export function preferredLanguage(): Language {
  return navigator.languages.map((tag) => tag.split("-")[0]).find(isLanguage) ?? "en";
}

// Of the browser's regions for this language the first: a reader in Zürich wants German words and
// Swiss numbers.
function makeFormats() {
  const chosen = language();
  const locale = navigator.languages.find((tag) => tag.split("-")[0] === chosen) ?? chosen;
  const number = (options: Intl.NumberFormatOptions) =>
    once(() => new Intl.NumberFormat(locale, options));
  const unit = (unit: string, maximumFractionDigits = 0) =>
    number({ style: "unit", unit, maximumFractionDigits });
  return {
    percent: number({ style: "percent", maximumFractionDigits: 1 }),
    tenths: number({ minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    hundredths: number({ maximumFractionDigits: 2 }),
    list: once(() => new Intl.ListFormat(locale, { type: "disjunction" })),
    significant: number({ maximumSignificantDigits: 3 }),
    whole: number({ maximumFractionDigits: 0 }),
    milliseconds: unit("millisecond"),
    fewMilliseconds: unit("millisecond", 1),
    hour: unit("hour"),
    minute: unit("minute"),
    second: unit("second"),
    date: once(() => new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" })),
  };
}
// Made when first used: each takes the browser some milliseconds, and the page is to stand before that.
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
let formats = makeFormats();

// What the first findings need, in tasks of their own.
export function prepareFormats(): void {
  setTimeout(() => formats.tenths().format(0));
  setTimeout(() => formats.milliseconds().format(0));
}
sayLanguage();

function sayLanguage(): void {
  document.documentElement.lang = language();
  document.documentElement.dir = languages[language()].direction;
}

// A score is no share of anything: 0 to 100, without a unit, as cxr-screen's table has it. Rounding
// must not turn a small one into none, nor a large one into certainty.
export function formatScore(score: number): string {
  const tenths = (score: number) => formats.tenths().format(100 * score);
  if (score > 0 && score < 0.001) return `< ${tenths(0.001)}`;
  if (score < 1 && score > 0.999) return `> ${tenths(0.999)}`;
  return tenths(score);
}

// Two numbers of which the first is the larger, with as few digits as show it.
export function formatNovelty(distance: number, limit: number) {
  const format = Math.round(distance) > Math.round(limit) ? formats.whole : formats.hundredths;
  return { distance: format().format(distance), limit: format().format(limit) };
}

export function decimalMark(): string {
  return formats.tenths().format(0.5).replace(/[^.,]/g, "");
}

export function formatList(items: readonly string[]): string {
  return formats.list().format(items);
}

export function formatDate(date: Date): string {
  return formats.date().format(date);
}

export function formatCount(count: number): string {
  if (count < 1000) return String(count); // as in every language that there is
  return formats.whole().format(count);
}

export function formatPercent(part: number): string {
  return formats.percent().format(part);
}

export function formatNumber(value: number): string {
  return formats.significant().format(value);
}

export function formatMilliseconds(milliseconds: number): string {
  const format = milliseconds < 10 ? formats.fewMilliseconds() : formats.milliseconds();
  return format.format(milliseconds);
}

// 90 minutes are "1 hr, 30 min"; more than two units say more than an estimate knows.
export function formatDuration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  const parts: [number, "hour" | "minute" | "second"][] = [
    [Math.floor(seconds / 3600), "hour"],
    [Math.floor(seconds / 60) % 60, "minute"],
    [seconds % 60, "second"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(Math.max(first, 0), Math.max(first, 0) + 2)
    .filter(([count], i) => count > 0 || i === 0)
    .map(([count, unit]) => formats[unit]().format(count))
    .join(" ");
}
