// The readers of DICOM and their decoders, as one block that the page unpacks when it needs it.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { build } from "rolldown";
import { noteModules } from "./licences.ts";

const require = createRequire(import.meta.url);
const wasm = {
  charls: require.resolve("@cornerstonejs/codec-charls/decodewasm"),
  openjpeg: require.resolve("@cornerstonejs/codec-openjpeg/decodewasm"),
};

// The block, gzipped and in base64: a line of JSON with the names and sizes of its parts, then the
// parts: the worker's script and each WebAssembly module.
export async function dicomBlock(worker: string): Promise<string> {
  const parts: [string, Buffer][] = [
    ["script", await script(worker)],
    ...Object.entries(wasm).map(([name, file]): [string, Buffer] => [name, readFileSync(file)]),
  ];
  const sizes = JSON.stringify(parts.map(([name, bytes]) => [name, bytes.length]));
  const block = Buffer.concat([Buffer.from(`${sizes}\n`), ...parts.map(([, bytes]) => bytes)]);
  return gzipSync(block, { level: 9 }).toString("base64");
}

// The libraries have branches for node, and ask for its modules as soon as they are loaded.
const withoutNode = {
  name: "without-node",
  resolveId: (id: string) =>
    ["fs", "path", "crypto", "zlib"].includes(id) ? { id: `\0${id}` } : null,
  load: (id: string) => (/^\0(fs|path|crypto|zlib)$/.test(id) ? "export {};" : null),
};

async function script(worker: string): Promise<Buffer> {
  const { output } = await build({
    input: worker,
    write: false,
    platform: "browser",
    plugins: [withoutNode],
    tsconfig: false,
    output: { format: "iife", minify: true },
  });
  const { code } = output[0];
  noteModules(output[0]);
  // The page's policy would stop it where nobody sees.
  if (/\beval\(|new Function\b/.test(code)) throw new Error("a DICOM decoder evaluates text");
  return Buffer.from(code);
}
