// What a language's table holds.

import type { english } from "./english";

// As Intl.PluralRules names them: English has two of these, Polish four, Arabic all. Each table has
// those of its own language.
type Plural = "zero" | "one" | "two" | "few" | "many" | "other";

type KeyOfEnglish = keyof typeof english;

// A key with a count stands in a table once for each plural of the language: filmCount_one,
// filmCount_other.
type Counted = KeyOfEnglish extends infer K
  ? K extends `${infer Stem}_other`
    ? Stem
    : never
  : never;

export type Key =
  Counted | (KeyOfEnglish extends infer K ? (K extends `${string}_${Plural}` ? never : K) : never);

// Every language has "other".
export type Words = Readonly<
  Record<Exclude<Key, Counted> | `${Counted}_other`, string> &
    Partial<Record<`${Counted}_${Plural}`, string>>
>;
