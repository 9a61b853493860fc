// LiteRT.js.

import { Tensor, loadAndCompile, loadLiteRt } from "@litertjs/core";
import { bytesOf } from "./shell.js";

// As in onnxruntime_network.js.
export async function openNetwork({ runtime, model, threads, size }) {
  await loadLiteRt(`${runtime}/`, { threads: threads > 1 });
  const network = await loadAndCompile(await bytesOf(`${model}.tflite`), {
    accelerator: "wasm",
    cpuOptions: { numThreads: threads },
  });
  return async (pixels) => {
    const given = new Tensor(pixels, [1, size, size, 1]);
    const [result] = await network.run(given);
    const logits = result.toTypedArray().slice();
    given.delete();
    result.delete();
    return logits;
  };
}
