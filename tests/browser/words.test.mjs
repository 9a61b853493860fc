// Every word of the page in every language, and no word too many.

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, test } from "node:test";
import { root } from "./chromium.mjs";

const source = resolve(root, "web/src");
const strings = readFileSync(resolve(source, "words/strings.ts"), "utf8");
const languages = [...strings.matchAll(/import { (\w+) } from "\.\//g)].map(([, name]) => name);
// The page's bundler finds files without their ending; node wants it.
registerHooks({
  resolve: (name, context, next) => next(/^\.\/\w+$/.test(name) ? `${name}.ts` : name, context),
});
const tables = {};
for (const language of languages) {
  const file = pathToFileURL(resolve(source, `words/${language}.ts`)).href;
  tables[language] = (await import(file))[language];
}
const { english } = tables;
// A key with a count stands once for each plural that a language has.
const codes = Object.fromEntries(
  [...strings.matchAll(/\b(\w{2}): (\w+)[,\s}]/g)].map(([, code, name]) => [name, code]),
);
const plural = /_(zero|one|two|few|many|other)$/;
const stem = (key) => key.replace(plural, "");
const keysFor = (language) => {
  const { pluralCategories } = new Intl.PluralRules(codes[language]).resolvedOptions();
  return [...new Set(Object.keys(english).map(stem))].flatMap((key) =>
    key in english ? [key] : pluralCategories.map((category) => `${key}_${category}`),
  );
};
const placeholders = (text) => [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name).sort();

describe("words", () => {
  test("there is more than one language", () => assert.ok(Object.keys(tables).length > 1));

  for (const [language, table] of Object.entries(tables))
    test(`${language} has every key, in words of its own, with the same placeholders`, () => {
      assert.deepEqual(Object.keys(table).sort(), keysFor(language).sort());
      for (const [key, text] of Object.entries(table)) {
        assert.notEqual(text.trim(), "", key);
        const model = english[key] ?? english[`${stem(key)}_other`];
        assert.deepEqual(placeholders(text), placeholders(model), key);
        assert.doesNotMatch(text, /diagnos|FDA|\bCE\b/i, `${key} claims too much`);
      }
    });

  test("every key is used, and what is asked for is a key", () => {
    const code = globSync("**/*.{ts,tsx}", { cwd: source })
      .filter((file) => !/^words\/(viewing_)?(english|german)\.ts$/.test(file))
      .map((file) => readFileSync(resolve(source, file), "utf8"))
      .join("\n");
    const literals = new Set([...code.matchAll(/"(\w+)"/g)].map(([, text]) => text));
    const unused = Object.keys(english).filter((key) => !literals.has(stem(key)));
    assert.deepEqual(unused, []);
    const known = new Set(Object.keys(english).map(stem));
    for (const [, key] of code.matchAll(/\bt\("(\w+)"/g)) assert.ok(known.has(key), key);
  });
});
