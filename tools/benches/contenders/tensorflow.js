import * as tf from "@tensorflow/tfjs-core";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { bytesOf, fromBase64, serve } from "./shell.js";

// Its threads are given the text of a function, without a variable that stands around it (4.22.0).
const NativeBlob = self.Blob;
self.Blob = function Blob(parts, options) {
  const isThread = String(parts[0]).startsWith("var WasmBackendModuleThreadedSimd");
  return new NativeBlob(isThread ? ["var _scriptDir; ", ...parts] : parts, options);
};

serve(async ({ runtime, model, threads, input, size }) => {
  const pixels = new Float32Array(fromBase64(input).buffer);
  // With one thread its module without threads, which need not lock its memory.
  if (threads === 1) tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  else setThreadsCount(threads);
  setWasmPaths(`${runtime}/`);
  const [nodes, weights] = await Promise.all([
    bytesOf(`${model}.json`).then((bytes) => JSON.parse(new TextDecoder().decode(bytes))),
    bytesOf(`${model}.bin`),
    tf.setBackend("wasm"),
  ]);
  if (tf.getBackend() !== "wasm") throw new Error("TensorFlow.js has no WebAssembly here");
  const steps = nodes.map((node) => step(node, new Float32Array(weights.buffer)));
  return () => {
    const logits = tf.tidy(() =>
      steps.reduce((map, run) => run(map), tf.tensor4d(pixels, [1, size, size, 1])),
    );
    const values = logits.dataSync();
    logits.dispose();
    return { logits: values };
  };
});

// A node as a function of its input, by the operators that fuse bias and activation.
function step({ op, stride, padding, kernel, relu, weight, bias }, floats) {
  const activation = relu ? "relu" : undefined;
  const values = ({ at, length }) => floats.subarray(at, at + length);
  const biasTensor = bias && tf.tensor1d(values(bias));
  if (op === "conv2d") {
    const filter = tf.tidy(() =>
      tf.transpose(tf.tensor4d(values(weight), weight.shape), [2, 3, 1, 0]),
    );
    const options = { filter, strides: stride, pad: padding, bias: biasTensor, activation };
    return (x) => tf.fused.conv2d({ x, ...options });
  }
  if (op === "linear") {
    // Turned here: transposeB gives wrong values in this back end (4.22.0).
    const b = tf.tidy(() => tf.transpose(tf.tensor2d(values(weight), weight.shape)));
    const options = { b, bias: biasTensor, activation };
    return (a) => tf.fused.matMul({ a, ...options });
  }
  if (op === "max_pool2d") return (x) => tf.maxPool(x, kernel, stride, padding);
  if (op === "global_average_pool") return (x) => tf.mean(x, [1, 2]);
  throw new Error(`operator "${op}" is not known`);
}
