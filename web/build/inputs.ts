// What goes into the page besides its own source: the core, a model, a sample.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "rolldown";
import type { Plugin } from "vite";
import { dicomBlock } from "./dicom.ts";

export interface WorkerInputs {
  coreModule: string; // Emscripten's ES module
  xnnpackModule: string; // the same, for the build with XNNPACK
  worker: string; // TypeScript
  dicomWorker: string; // TypeScript
}

// import text from "inlined:wasm" gives the file gzipped, in base64. Inside a script it needs no
// request, so the page works from file:// and under connect-src 'none'. Gzip makes a third of the
// core; weights and JPEG lose nothing by it.
export function inlined(files: Record<string, string>): Plugin {
  return {
    name: "inlined",
    resolveId: (id) => (id.startsWith("inlined:") ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith("\0inlined:")) return null;
      const file = files[id.slice("\0inlined:".length)];
      if (file === undefined) throw new Error(`nothing is known as ${id}`);
      this.addWatchFile(file);
      return `export default "${smallest(readFileSync(file)).toString("base64")}";`;
    },
  };
}

// A model's even bytes and then its odd ones, as web/src/inlined.ts wants them: of float16 values the
// high bytes are alike and the low ones are not, and gzip packs them better apart.
export function packedModel(bytes: Buffer): string {
  const half = (rest: number) => bytes.filter((_, i) => i % 2 === rest);
  return smallest(Buffer.concat([half(0), half(1)])).toString("base64");
}

// By gzip, which packs code better in small blocks and weights in large ones.
function smallest(bytes: Buffer): Buffer {
  const [small, large] = [6, 8].map((memLevel) => gzipSync(bytes, { level: 9, memLevel }));
  return small!.length < large!.length ? small! : large!;
}

// import text from "source:worker" gives the whole worker as one classic script. The page makes a
// blob of it: a worker that came from an address would bring its own policy instead of the page's.
export function workerSource(inputs: WorkerInputs): Plugin {
  return {
    name: "worker-source",
    resolveId: (id) => (id === "source:worker" ? `\0${id}` : null),
    async load(id) {
      if (id !== "\0source:worker") return null;
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
        plugins: [dicomBlock(inputs.dicomWorker)],
        output: { format: "iife", minify: true },
      });
      return `export default ${JSON.stringify(output[0].code)};`;
    },
  };
}
