import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { inlined, workerSource } from "./build/inputs.ts";
import { builtInModels } from "./build/model_cards.ts";
import { singleFile, sitePolicy } from "./build/shapes.ts";

const root = resolve(import.meta.dirname, "..");
const core = resolve(root, process.env.THORAXLITE_CORE ?? "build/wasm/wasm");
const inputs = {
  coreModule: resolve(core, "thoraxlite.mjs"),
  wasm: resolve(core, "thoraxlite.wasm"),
  model: resolve(root, process.env.THORAXLITE_MODEL ?? "weights/covid.safetensors"),
  sample: resolve(root, process.env.THORAXLITE_SAMPLE ?? "build/sample.jpg"),
  worker: resolve(import.meta.dirname, "src/worker.ts"),
  dicomWorker: resolve(import.meta.dirname, "src/dicom/worker.ts"),
};
const dist = resolve(root, process.env.THORAXLITE_DIST ?? "dist");

for (const [what, file] of Object.entries(inputs)) {
  if (!existsSync(file)) throw new Error(`${what} is missing: ${file}. tools/run makes it.`);
}

export default defineConfig({
  base: "./",
  plugins: [
    inlined({ sample: inputs.sample, wasm: inputs.wasm, model: inputs.model }),
    workerSource(inputs),
    builtInModels(inputs.model),
    sitePolicy(),
    singleFile(resolve(dist, "thoraxlite.html")),
  ],
  build: {
    outDir: resolve(dist, "site"),
    emptyOutDir: true,
    modulePreload: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000, // kB; the core and the model are inside the script
  },
});
