// The page's reader of DICOM files, bundled for node, so that thousands of files can go through it.

import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./chromium.mjs";
import { temporaryFolder } from "./temporary.mjs";

const web = resolve(root, "web");
const core = resolve(root, process.env.THORAXLITE_CORE ?? "build/wasm/wasm");
const require = createRequire(resolve(web, "package.json"));
const { build } = await import(pathToFileURL(require.resolve("rolldown")).href);

async function load(file) {
  const entry = resolve(temporaryFolder(), "reader.cjs");
  const { output } = await build({
    input: resolve(web, file),
    write: false,
    platform: "node",
    tsconfig: false,
    external: ["fs", "path", "crypto", "zlib", "module"],
    // Emscripten only derives the address of a file from it that it is given as bytes.
    transform: { define: { "import.meta.url": JSON.stringify("file:///") } },
    resolve: { alias: { "thoraxlite-dicom": resolve(core, "thoraxlite-dicom.mjs") } },
    output: { format: "cjs" },
  });
  writeFileSync(entry, output[0].code);
  return require(entry); // the decoders' branch for node is CommonJS
}

const { readFilm } = await load("src/dicom/read_film.ts");
export const { isDicom } = await load("src/dicom/is_dicom.ts");

const wasm = {
  dicom: readFileSync(resolve(core, "thoraxlite-dicom.wasm")),
  charls: readFileSync(require.resolve("@cornerstonejs/codec-charls/decodewasm")),
  openjpeg: readFileSync(require.resolve("@cornerstonejs/codec-openjpeg/decodewasm")),
};

export const read = (file, choice = {}) =>
  readFilm(new Uint8Array(file), choice, (name) => wasm[name]);
