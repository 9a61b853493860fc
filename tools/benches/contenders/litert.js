import { Tensor, loadAndCompile, loadLiteRt } from "@litertjs/core";
import { bytesOf, fromBase64, serve } from "./shell.js";

serve(async ({ runtime, model, threads, input, size }) => {
  const pixels = new Float32Array(fromBase64(input).buffer);
  await loadLiteRt(`${runtime}/`, { threads: threads > 1 });
  const network = await loadAndCompile(await bytesOf(`${model}.tflite`), {
    accelerator: "wasm",
    cpuOptions: { numThreads: threads },
  });
  return async () => {
    const given = new Tensor(pixels, [1, size, size, 1]);
    const [result] = await network.run(given);
    const logits = result.toTypedArray().slice();
    given.delete();
    result.delete();
    return { logits };
  };
});
