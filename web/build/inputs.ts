// What goes into the page besides its own source: the core, a model, a sample.

import { readFileSync } from "node:fs";
import { build } from "rolldown";
import type { Plugin } from "vite";

export interface Inputs {
  coreModule: string; // Emscripten's ES module
  wasm: string;
  model: string; // safetensors
  sample: string; // JPEG
  worker: string; // TypeScript
}

// import text from "base64:wasm" gives the file's bytes in base64. Inside a script they need no
// request, so the page works from file:// and under connect-src 'none'.
export function base64Of(files: Record<string, string>): Plugin {
  return {
    name: "base64",
    resolveId: (id) => (id.startsWith("base64:") ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith("\0base64:")) return null;
      const file = files[id.slice("\0base64:".length)];
      if (file === undefined) throw new Error(`nothing is known as ${id}`);
      this.addWatchFile(file);
      return `export default "${readFileSync(file, "base64")}";`;
    },
  };
}

// import text from "source:worker" gives the whole worker as one classic script. The page makes a
// blob of it: a worker that came from an address would bring its own policy instead of the page's.
export function workerSource(inputs: Inputs): Plugin {
  return {
    name: "worker-source",
    resolveId: (id) => (id === "source:worker" ? `\0${id}` : null),
    async load(id) {
      if (id !== "\0source:worker") return null;
      const { output } = await build({
        input: inputs.worker,
        write: false,
        platform: "browser",
        resolve: { alias: { "thoraxlite-core": inputs.coreModule } },
        plugins: [base64Of({ wasm: inputs.wasm, model: inputs.model })],
        output: { format: "iife", minify: true },
      });
      return `export default ${JSON.stringify(output[0].code)};`;
    },
  };
}
