// TensorFlow.js with its WebAssembly back end.

import * as tf from "@tensorflow/tfjs-core";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { bytesOf } from "./shell.js";

// Its threads are given the text of a function, without a variable that stands around it (4.22.0).
const NativeBlob = self.Blob;
self.Blob = function Blob(parts, options) {
  const isThread = String(parts[0]).startsWith("var WasmBackendModuleThreadedSimd");
  return new NativeBlob(isThread ? ["var _scriptDir; ", ...parts] : parts, options);
};

// As in onnxruntime_network.js.
export async function openNetwork({ runtime, model, threads, size }) {
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
  return async (pixels) => {
    const logits = tf.tidy(() => {
      let last = tf.tensor4d(pixels, [1, size, size, 1]);
      const maps = new Map([["input", last]]);
      for (const [i, { name, inputs }] of nodes.entries()) {
        last = steps[i](...(inputs ? inputs.map((input) => maps.get(input)) : [last]));
        maps.set(name, last);
      }
      return last;
    });
    const values = logits.dataSync();
    logits.dispose();
    return values;
  };
}

// A node as a function of its inputs, by the operators that fuse bias and activation.
function step(node, floats) {
  const { op, stride, padding, kernel, groups = 1, relu, relu6, weight, bias } = node;
  const activation = relu ? "relu" : relu6 ? "relu6" : undefined;
  const values = ({ at, length }) => floats.subarray(at, at + length);
  const biasTensor = bias && tf.tensor1d(values(bias));
  if (op === "conv2d" && groups > 1) {
    const filter = tf.tidy(() =>
      tf.transpose(tf.tensor4d(values(weight), weight.shape), [2, 3, 0, 1]),
    );
    const options = { filter, strides: stride, pad: padding, bias: biasTensor, activation };
    return (x) => tf.fused.depthwiseConv2d({ x, ...options });
  }
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
    return (x) => tf.fused.matMul({ a: tf.reshape(x, [1, -1]), ...options });
  }
  if (op === "max_pool2d") return (x) => tf.maxPool(x, kernel, stride, padding);
  if (op === "average_pool2d") return (x) => tf.avgPool(x, kernel, stride, padding);
  // Branches go on with it as a map; a linear layer takes it as a row.
  if (op === "global_average_pool") return (x) => tf.mean(x, [1, 2], true);
  if (op === "scale_shift") {
    const factors = tf.tensor1d(values(weight));
    return (x) => {
      const moved = tf.add(tf.mul(x, factors), biasTensor);
      return relu ? tf.relu(moved) : moved;
    };
  }
  if (op === "concat") return (...all) => tf.concat(all, 3);
  if (op === "add") return (a, b) => (relu ? tf.relu(tf.add(a, b)) : tf.add(a, b));
  if (op === "mul") return tf.mul;
  if (op === "sigmoid") return tf.sigmoid;
  if (op === "silu") return (x) => tf.mul(x, tf.sigmoid(x));
  throw new Error(`operator "${op}" is not known`);
}
