// LICENSES.txt: the notices of all that the page is made of, beside it and as a block inside it. Of npm's
// packages what the bundles really hold, as each of them notes; of the modules what libraries.json says.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin, Rolldown } from "vite";
import {
  commentsOfOwners,
  compose,
  linkedInto,
  type Notice,
  packageNotices,
  textOf,
} from "../../tools/licences/licences.mjs";
import type { Block } from "./packed.ts";
import { packedBytes } from "./packed.ts";

const bundled = new Set<string>(); // paths of modules

interface Bundled {
  modules: Record<string, { renderedLength: number }>;
}

export function noteModules({ modules }: Bundled): void {
  for (const [id, { renderedLength }] of Object.entries(modules))
    if (renderedLength > 0) bundled.add(id.replace(/^\0/, "").replace(/\?.*$/, ""));
}

// After every other bundle was made; the page's own is in `bundle`.
function licencesOf(bundle: Rolldown.OutputBundle | undefined): string {
  for (const item of Object.values(bundle ?? {})) if (item.type === "chunk") noteModules(item);
  const folders = new Map<string, Set<string>>(); // of packages, and what their files say
  for (const file of [...bundled].sort()) {
    const [folder] = file.match(/^.*\/node_modules\/(@[^/]+\/)?[^/]+/) ?? [];
    if (folder === undefined) continue;
    const comments = folders.get(folder) ?? new Set();
    for (const text of commentsOfOwners(readFileSync(file, "utf8"))) comments.add(text);
    folders.set(folder, comments);
  }
  const packages = [...folders].flatMap(([folder, comments]): Notice[] => {
    const notices = packageNotices(folder);
    if (comments.size === 0) return notices;
    const text = [...comments].join("\n\n");
    const name = `${notices[0]!.name}: what its files say of themselves`;
    return [...notices, { name, licence: "as they say", text }];
  });
  const linked = linkedInto("page").map((library) => ({ ...library, text: textOf(library) }));
  return compose([...linked, ...packages], "this page");
}

// The block, which must be the last of the page's, and what writes it beside the site and the single file.
export function licences(folder: string): { block: Block; plugin: Plugin } {
  let text = "";
  const name = "LICENSES.txt";
  return {
    block: {
      name: "licences",
      text: (bundle) => packedBytes(Buffer.from((text = licencesOf(bundle)))),
    },
    plugin: {
      name: "licences",
      apply: "build",
      enforce: "post",
      generateBundle() {
        this.emitFile({ type: "asset", fileName: name, source: text });
        mkdirSync(folder, { recursive: true });
        writeFileSync(resolve(folder, name), text);
      },
    },
  };
}
