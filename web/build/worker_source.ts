// The page's worker, as text inside the page's script.

import { readFileSync } from "node:fs";
import { build } from "rolldown";
import type { Plugin } from "vite";
import { noteModules } from "./licences.ts";

export interface WorkerInputs {
  coreModule: string; // Emscripten's ES module
  relaxedModule: string; // the same, for the build with relaxed SIMD
  xnnpackModule: string; // and for the build with XNNPACK
  worker: string; // TypeScript
}

// import text from "source:worker" gives the whole worker as one classic script. The page makes a
// blob of it: a worker that came from an address would bring its own policy instead of the page's.
export function workerSource(inputs: WorkerInputs): Plugin {
  return {
    name: "worker-source",
    resolveId: (id) => (id === "source:worker" ? `\0${id}` : null),
    async load(id) {
      if (id !== "\0source:worker") return null;
      // Where only the instructions differ, one script serves both.
      const relaxed = readFileSync(inputs.relaxedModule, "utf8");
      if (
        relaxed.replaceAll("thoraxlite-relaxed", "thoraxlite") !==
        readFileSync(inputs.coreModule, "utf8")
      )
        throw new Error("the build with relaxed SIMD has a script of its own; carry it too");
      const { output } = await build({
        input: inputs.worker,
        write: false,
        platform: "browser",
        external: ["module"], // Emscripten's branch for node
        tsconfig: false, // its paths lead to types, not to code
        // The core would only derive addresses of files from it, and needs none.
        transform: { define: { "import.meta": "{}" } },
        resolve: {
          alias: {
            "thoraxlite-core": inputs.coreModule,
            "thoraxlite-core-xnnpack": inputs.xnnpackModule,
          },
        },
        output: { format: "iife", minify: true },
      });
      noteModules(output[0]);
      return `export default ${JSON.stringify(output[0].code)};`;
    },
  };
}
