import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { dicomBlock } from "./build/dicom.ts";
import { cardsBlock, findModels, releasedModels } from "./build/model_cards.ts";
import { licences } from "./build/licences.ts";
import { packedBlocks, packedFile } from "./build/packed.ts";
import { policyOfSite, singleFile, sitePolicy } from "./build/shapes.ts";
import { siteWorker } from "./build/site_worker.ts";
import { workerSource } from "./build/worker_source.ts";

const root = resolve(import.meta.dirname, "..");
const core = resolve(root, process.env.THORAXLITE_CORE ?? "build/wasm/wasm");
const inputs = {
  coreModule: resolve(core, "thoraxlite.mjs"),
  wasm: resolve(core, "thoraxlite.wasm"),
  relaxedModule: resolve(core, "thoraxlite-relaxed.mjs"),
  relaxedWasm: resolve(core, "thoraxlite-relaxed.wasm"),
  xnnpackModule: resolve(core, "thoraxlite-xnnpack.mjs"),
  xnnpackWasm: resolve(core, "thoraxlite-xnnpack.wasm"),
  version: resolve(core, "version.txt"),
  model: resolve(root, process.env.THORAXLITE_MODEL ?? "weights/covid.safetensors"),
  sample: resolve(root, process.env.THORAXLITE_SAMPLE ?? "build/sample.jpg"),
  worker: resolve(import.meta.dirname, "src/worker.ts"),
  dicomWorker: resolve(import.meta.dirname, "src/dicom/worker.ts"),
  siteWorker: resolve(import.meta.dirname, "src/service_worker.ts"),
  icon: resolve(import.meta.dirname, "icon.svg"),
};
const dist = resolve(root, process.env.THORAXLITE_DIST ?? "dist");

for (const [what, file] of Object.entries(inputs)) {
  if (!existsSync(file)) throw new Error(`${what} is missing: ${file}. tools/run makes it.`);
}

const models = findModels(inputs.model);
const heldModels = models.flatMap(({ model, base64 }) =>
  base64 === null ? [] : [{ name: model.file, base64: () => base64 }],
);

// The modules' own, as CMake wrote it beside them.
const version = readFileSync(inputs.version, "utf8").trim();

const notices = licences(dist);

export default defineConfig({
  base: "./",
  define: { __VERSION__: JSON.stringify(version) },
  plugins: [
    packedBlocks([
      { name: "thoraxlite", base64: () => packedFile(inputs.wasm) },
      ...heldModels,
      { name: "thoraxlite-relaxed", base64: () => packedFile(inputs.relaxedWasm) },
      { name: "thoraxlite-xnnpack", base64: () => packedFile(inputs.xnnpackWasm) },
      { name: "dicom", base64: () => dicomBlock(inputs.dicomWorker) },
      { name: "sample", base64: () => packedFile(inputs.sample) },
      cardsBlock(models),
      notices.block,
    ]),
    workerSource(inputs),
    releasedModels(models),
    sitePolicy(),
    notices.plugin,
    siteWorker({ worker: inputs.siteWorker, icon: inputs.icon }, { policy: policyOfSite, version }),
    singleFile(resolve(dist, "thoraxlite.html"), [
      "thoraxlite-relaxed",
      ...heldModels.slice(1).map(({ name }) => name),
    ]),
  ],
  build: {
    outDir: resolve(dist, "site"),
    emptyOutDir: true,
    modulePreload: false,
    assetsInlineLimit: 0,
    cssTarget: ["chrome123", "firefox120", "safari17.5"], // the first with light-dark()
    // Would write a packed model again wherever it is used.
    rolldownOptions: { optimization: { inlineConst: false } },
    chunkSizeWarningLimit: 2000, // kB; the core and the model are inside the script
  },
});
