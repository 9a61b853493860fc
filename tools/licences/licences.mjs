// The notices of what is linked into a program or bundled into the page. Texts are taken from the
// packages themselves; libraries.json says where they stand, and what a library's files are.

import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

export const root = resolve(
  import.meta.dirname ?? dirname(new URL(import.meta.url).pathname),
  "../..",
);
export const list = JSON.parse(
  readFileSync(resolve(root, "tools/licences/libraries.json"), "utf8"),
);

const line = "=".repeat(80);
const read = (path) => readFileSync(resolve(root, path), "utf8");

// Without blank lines at its ends; the first line may be indented.
const trimmed = (text) => text.replace(/^\s*\n/, "").trimEnd();

// Of Debian's copyright file (its machine-readable format), who owns the files and under what: the
// paragraph of all files, and those that name one below a prefix of `prefixes`.
export function debianNotice(text, prefixes = []) {
  const paragraphs = text.split(/\n\s*\n/).map((paragraph) => {
    const fields = {};
    for (const line of paragraph.split("\n")) {
      const [, name, value] = line.match(/^([A-Z][\w-]*):(.*)$/) ?? [];
      if (name) fields[name] = value.trim();
      else fields[Object.keys(fields).at(-1)] += `\n${line.replace(/^ \.$/, "").replace(/^ /, "")}`;
    }
    return fields;
  });
  const owned = paragraphs.filter(({ Files: files }) =>
    files
      ?.split(/\s+/)
      .some((file) => file === "*" || prefixes.some((prefix) => file.startsWith(prefix))),
  );
  if (owned.length === 0) throw new Error("a copyright file of Debian's speaks of no such files");
  const textOfName = new Map(
    paragraphs
      .filter(({ Files: files, License: licence }) => files === undefined && licence !== undefined)
      .map(({ License: licence }) => [licence.split("\n")[0].trim(), licence]),
  );
  const texts = new Set();
  for (const { License: licence } of owned) {
    const [names, ...itself] = licence.split("\n");
    const found = names.split(/ and | or /).map((name) => textOfName.get(name.trim()));
    for (const text of found) if (text !== undefined) texts.add(text);
    if (itself.length === 0 && found.includes(undefined))
      throw new Error(`a copyright file of Debian's has no text of ${names}`);
  }
  const owners = owned.map(({ Copyright: copyright, License: licence }) =>
    [`Copyright: ${copyright.trim()}`, `License: ${licence.trim()}`].join("\n"),
  );
  return [...new Set(owners), ...texts].join("\n\n");
}

// A library's texts, one after another.
export function textOf({ name, note, texts }) {
  const found = texts.map((text) =>
    typeof text === "string"
      ? read(text)
      : debianNotice(read(`build/deps/doc/${text.debian}/copyright`), text.files),
  );
  if (found.some((text) => text.trim() === "")) throw new Error(`${name} has an empty licence`);
  return [...(note ? [note] : []), ...found].map(trimmed).join("\n\n");
}

export const linkedInto = (product) =>
  list.linked.filter((library) => library.in.includes(product));

// Of an npm package that is bundled: who made it, its licence's text, and what it has inside.
export function packageNotices(folder) {
  const described = JSON.parse(readFileSync(resolve(folder, "package.json"), "utf8"));
  const known = list.packages[described.name] ?? {};
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "COPYING"]
    .map((name) => resolve(folder, name))
    .find(existsSync);
  if (file === undefined && known.text === undefined)
    throw new Error(
      `${described.name} has no licence's text; say in libraries.json where it stands`,
    );
  const { name, version, license: licence } = described;
  const text = [
    ...(known.note ? [known.note] : []),
    file ? readFileSync(file, "utf8") : read(known.text),
  ];
  const inside = (known.with ?? []).map((wanted) => {
    const part = list.inPackages.find((one) => one.name === wanted);
    return { name: `${part.name}, in ${name}`, licence: part.licence, text: textOf(part) };
  });
  return [{ name: `${name} ${version}`, licence, text: text.join("\n\n") }, ...inside];
}

// The comments of a file that say whose it is: parts that a package took from elsewhere.
export function commentsOfOwners(source) {
  const comments = source.match(/\/\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\n?)+/gm) ?? [];
  return comments
    .filter((comment) => /copyright|\(c\) ?\d{4}|@license/i.test(comment))
    .map((comment) => comment.trim());
}

// notices: { name, licence, text }; what has the same text stands together.
export function compose(notices, product) {
  const sorted = [...notices].sort((a, b) => a.name.localeCompare(b.name, "en"));
  const together = new Map();
  for (const { name, licence, text } of sorted) {
    const same = trimmed(text);
    together.set(same, [...(together.get(same) ?? []), `${name} (${licence})`]);
  }
  const own = { names: ["ThoraxLite (Apache-2.0)"], text: read("LICENSE") };
  const sections = [own, ...[...together].map(([text, names]) => ({ names, text }))];
  const head =
    `ThoraxLite is under the Apache License 2.0, which stands first. What else is in ${product}, ` +
    "under licences of their own:\n\n";
  return (
    head +
    sorted.map(({ name, licence }) => `  ${name} (${licence})\n`).join("") +
    sections
      .map(({ names, text }) => `\n${line}\n${names.join("\n")}\n${line}\n\n${trimmed(text)}\n`)
      .join("")
  );
}

// What cxr-screen and its like print for --licenses. without: libraries that this build has not.
export function noticesOfProgram(program, without = []) {
  const within = (libraries) =>
    libraries.filter(
      ({ name, in: products }) => products.includes(program) && !without.includes(name),
    );
  const notices = within(list.linked).map((library) => ({ ...library, text: textOf(library) }));
  const shared = within(list.shared).map(({ name, licence, debian }) => {
    const places = debian.map((folder) => `/usr/share/doc/${folder}/copyright`);
    return `  ${name} (${licence})\n      on Debian ${places.join(", ")}\n`;
  });
  return (
    compose(notices, program) +
    `\n${line}\nNot in ${program}, but loaded by it from the system, where their licences stand:\n\n` +
    shared.join("")
  );
}
