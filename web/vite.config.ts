import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { dicomBlock } from "./build/dicom.ts";
import { cardsBlock, findModels, releasedModels } from "./build/model_cards.ts";
import { licences } from "./build/licences.ts";
import { packedBlocks, packedFile } from "./build/packed.ts";
import { policyOfSite, singleFile, sitePolicy } from "./build/shapes.ts";
import { siteWorker } from "./build/site_worker.ts";
import { firstScript } from "./build/worker_source.ts";
import parts from "./parts.json" with { type: "json" };

const root = resolve(import.meta.dirname, "..");
const core = resolve(root, process.env.THORAXLITE_CORE ?? "build/wasm/wasm");
const { modules } = parts;
const script = (module: string) => resolve(core, `${module}.mjs`);
const binary = (module: string) => resolve(core, `${module}.wasm`);
const inputs = {
  coreModule: script(modules.core),
  relaxedModule: script(modules.relaxed),
  xnnpackModule: script(modules.xnnpack),
  xnnpackRelaxedModule: script(modules.xnnpackRelaxed),
  dicomModule: script(modules.dicom),
  dicomWasm: binary(modules.dicom),
  version: resolve(core, "version.txt"),
  model: resolve(root, process.env.THORAXLITE_MODEL ?? parts.model),
  sample: resolve(root, process.env.THORAXLITE_SAMPLE ?? parts.sample),
  worker: resolve(import.meta.dirname, "src/screening/worker.ts"),
  firstWorker: resolve(import.meta.dirname, "src/screening/first_worker.ts"),
  dicomWorker: resolve(import.meta.dirname, "src/dicom/worker.ts"),
  siteWorker: resolve(import.meta.dirname, "src/network/service_worker.ts"),
  icon: resolve(import.meta.dirname, "icon.svg"),
};
const dist = resolve(root, process.env.THORAXLITE_DIST ?? "dist");

for (const file of [...Object.values(inputs), ...Object.values(modules).map(binary)]) {
  if (!existsSync(file))
    throw new Error(`${file} is missing; cmake --build --preset wasm --target page makes it.`);
}

const models = findModels(inputs.model);
const heldModels = models.flatMap(({ model, packed }) =>
  packed === null ? [] : [{ name: model.file, text: () => packed }],
);

const packedModule = (name: string) => ({ name, text: () => packedFile(binary(name)) });

// The modules' own, as CMake wrote it beside them.
const version = readFileSync(inputs.version, "utf8").trim();

const notices = licences(dist);

const first = await firstScript(inputs);

export default defineConfig({
  base: "./",
  define: { __VERSION__: JSON.stringify(version) },
  plugins: [
    packedBlocks([
      packedModule(modules.core),
      ...heldModels,
      packedModule(modules.relaxed),
      packedModule(modules.xnnpack),
      packedModule(modules.xnnpackRelaxed),
      { name: "dicom", text: () => dicomBlock(inputs) },
      { name: "sample", text: () => packedFile(inputs.sample) },
      cardsBlock(models),
      notices.block,
    ]),
    releasedModels(models),
    sitePolicy(first),
    notices.plugin,
    siteWorker(
      { worker: inputs.siteWorker, icon: inputs.icon },
      { policy: policyOfSite(first), version },
    ),
    singleFile(
      resolve(dist, "thoraxlite.html"),
      [modules.relaxed, modules.xnnpackRelaxed, ...heldModels.slice(1).map(({ name }) => name)],
      first,
    ),
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
