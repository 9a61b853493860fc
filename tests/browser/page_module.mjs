// A module of the page's source for a test without a browser: bundled as the page's build does it.

import { createRequire } from "node:module";
import { resolve } from "node:path";
import { root } from "./chromium.mjs";
import { version } from "./version.mjs";

const { build } = await import(
  createRequire(resolve(root, "web/package.json")).resolve("rolldown")
);

export async function pageModule(path) {
  const { output } = await build({
    input: resolve(root, "web/src", path),
    write: false,
    platform: "neutral",
    tsconfig: false,
    transform: { define: { __VERSION__: JSON.stringify(version) } },
    output: { format: "esm" },
  });
  return import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
}
