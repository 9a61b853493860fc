// A module of the page's source for a test without a browser: bundled as the page's build does it.

import { globSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { root } from "./chromium.mjs";
import { version } from "./version.mjs";

const { build } = await import(
  createRequire(resolve(root, "web/package.json")).resolve("rolldown")
);
const source = resolve(root, "web/src");

// file: a name, with as many of its folders as tell it from others.
export async function pageModule(file) {
  const found = globSync(`**/${file}`, { cwd: source });
  if (found.length !== 1) throw new Error(`${found.length} files of the page are called ${file}`);
  const { output } = await build({
    input: resolve(source, found[0]),
    write: false,
    platform: "neutral",
    tsconfig: false,
    transform: { define: { __VERSION__: JSON.stringify(version) } },
    output: { format: "esm" },
  });
  return import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
}
