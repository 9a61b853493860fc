// Which version the page is to be: that of the modules in it, as CMake wrote it.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { root } from "./chromium.mjs";

const modules = resolve(root, process.env.THORAXLITE_CORE ?? "build/wasm/wasm");
export const version = readFileSync(resolve(modules, "version.txt"), "utf8").trim();
