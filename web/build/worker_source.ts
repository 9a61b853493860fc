// The page's worker, as text inside the script that starts it.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { build, type InputOptions } from "rolldown";
import { noteModules } from "./licences.ts";

export interface WorkerInputs {
  coreModule: string; // Emscripten's ES module
  xnnpackModule: string; // the same, for the build with XNNPACK
  relaxedModule: string; // and both for relaxed SIMD
  xnnpackRelaxedModule: string;
  worker: string; // TypeScript
  firstWorker: string; // which starts it
}

// The page's first script, by which the worker is started. The whole worker is a text inside it, of which it
// makes a blob: a worker that came from an address would bring its own policy instead of the page's.
export async function firstScript(inputs: WorkerInputs): Promise<string> {
  for (const [plain, relaxed] of [
    [inputs.coreModule, inputs.relaxedModule],
    [inputs.xnnpackModule, inputs.xnnpackRelaxedModule],
  ] as const)
    // Where only the instructions differ, one script serves both.
    if (
      readFileSync(relaxed, "utf8").replaceAll(
        `${basename(plain, ".mjs")}-relaxed`,
        basename(plain, ".mjs"),
      ) !== readFileSync(plain, "utf8")
    )
      throw new Error(`${relaxed} is a script of its own; carry it too`);
  const worker = await bundled({
    input: inputs.worker,
    external: ["module"], // Emscripten's branch for node
    // The core would only derive addresses of files from it, and needs none.
    transform: { define: { "import.meta": "{}" } },
    resolve: {
      alias: {
        "thoraxlite-core": inputs.coreModule,
        "thoraxlite-core-xnnpack": inputs.xnnpackModule,
      },
    },
  });
  return bundled({
    input: inputs.firstWorker,
    transform: { define: { __WORKER__: JSON.stringify(worker) } },
  });
}

async function bundled(options: InputOptions): Promise<string> {
  const { output } = await build({
    ...options,
    write: false,
    platform: "browser",
    tsconfig: false, // its paths lead to types, not to code
    output: { format: "iife", minify: true },
  });
  noteModules(output[0]);
  return output[0].code;
}
