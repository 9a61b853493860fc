// What the benches run in a browser, bundled and minified as a page would ship it.

import { resolve } from "node:path";
import { rolldown } from "rolldown";

const kFolder = resolve(import.meta.dirname, "contenders");

// Writes FOLDER/NAME.js of each of contenders/NAME.js: classic scripts, since LiteRT.js starts by
// importScripts.
export async function bundle(names, folder) {
  for (const name of names) {
    const build = await rolldown({
      input: resolve(kFolder, `${name}.js`),
      platform: "browser",
      // ONNX Runtime's way of leaving its WebAssembly out of the script.
      resolve: { conditionNames: ["onnxruntime-web-use-extern-wasm", "import", "default"] },
      // A classic script has none; ONNX Runtime is told where its files are.
      transform: { define: { "import.meta": "{}" } },
      logLevel: "warn",
    });
    await build.write({
      file: resolve(folder, `${name}.js`),
      format: "iife",
      // TensorFlow.js hands the text of a function to its threads, which must keep its names.
      minify: { compress: true, mangle: name !== "tensorflow", codegen: true },
    });
    await build.close();
  }
}
