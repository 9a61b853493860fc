// The readers of DICOM and their decoders, as one block that the page unpacks when it needs it.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { build } from "rolldown";
import { noteModules } from "./licences.ts";
import { packedBytes } from "./packed.ts";

const require = createRequire(import.meta.url);
const others = {
  charls: require.resolve("@cornerstonejs/codec-charls/decodewasm"),
  openjpeg: require.resolve("@cornerstonejs/codec-openjpeg/decodewasm"),
};

export interface DicomInputs {
  dicomWorker: string; // TypeScript
  dicomModule: string; // Emscripten's ES module
  dicomWasm: string;
}

// The block, packed as packed.ts packs: a line of JSON with the names and sizes of its parts, then the
// parts: the worker's script and each WebAssembly module.
export async function dicomBlock(inputs: DicomInputs): Promise<string> {
  const wasm = { dicom: inputs.dicomWasm, ...others };
  const parts: [string, Buffer][] = [
    ["script", await script(inputs)],
    ...Object.entries(wasm).map(([name, file]): [string, Buffer] => [name, readFileSync(file)]),
  ];
  const sizes = JSON.stringify(parts.map(([name, bytes]) => [name, bytes.length]));
  const block = Buffer.concat([Buffer.from(`${sizes}\n`), ...parts.map(([, bytes]) => bytes)]);
  return packedBytes(block);
}

// The libraries have branches for node, and ask for its modules as soon as they are loaded.
const withoutNode = {
  name: "without-node",
  resolveId: (id: string) =>
    ["fs", "path", "crypto", "zlib", "module"].includes(id) ? { id: `\0${id}` } : null,
  load: (id: string) => (/^\0(fs|path|crypto|zlib|module)$/.test(id) ? "export {};" : null),
};

async function script({ dicomWorker, dicomModule }: DicomInputs): Promise<Buffer> {
  const { output } = await build({
    input: dicomWorker,
    write: false,
    platform: "browser",
    plugins: [withoutNode],
    tsconfig: false,
    // Emscripten would only derive addresses of files from it, and needs none.
    transform: { define: { "import.meta": "{}" } },
    resolve: { alias: { "thoraxlite-dicom": dicomModule } },
    output: { format: "iife", minify: true },
  });
  const { code } = output[0];
  noteModules(output[0]);
  // The page's policy would stop it where nobody sees.
  if (/\beval\(|new Function\b/.test(code)) throw new Error("a DICOM decoder evaluates text");
  return Buffer.from(code);
}
