// onnxruntime-web with a network of one input and one output.

import * as ort from "onnxruntime-web/wasm";
import { bytesOf } from "./shell.js";

// Resolves to a function from [size, size] floats to a promise of the logits.
export async function openNetwork({ runtime, model, threads, size }) {
  ort.env.wasm.wasmPaths = {
    mjs: `${runtime}/ort-wasm-simd-threaded.mjs`,
    wasm: `${runtime}/ort-wasm-simd-threaded.wasm`,
  };
  ort.env.wasm.numThreads = threads;
  const session = await ort.InferenceSession.create(await bytesOf(`${model}.onnx`), {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "all",
  });
  return async (pixels) => {
    const input = new ort.Tensor("float32", pixels, [1, 1, size, size]);
    const { logits } = await session.run({ input });
    return logits.data;
  };
}
