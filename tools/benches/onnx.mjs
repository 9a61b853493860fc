// A chain of our nodes as an ONNX file, by the schema that onnxruntime-web itself reads with.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const runtime = fileURLToPath(import.meta.resolve("onnxruntime-web"));
const schema = runtime.replace(/dist\/.*/, "lib/onnxjs/ort-schema/protobuf/onnx.js");
const { onnx } = createRequire(import.meta.url)(schema);

const { FLOAT } = onnx.TensorProto.DataType;
const { AttributeType } = onnx.AttributeProto;

// The graph's input is "input", [1, 1, size, size]; its output "logits", [1, labels].
export function toOnnx({ size, nodes }) {
  const graph = { name: "student", node: [], initializer: [] };
  let last = "input";
  const add = (opType, name, attributes = {}, inputs = []) => {
    graph.node.push({
      opType,
      name,
      input: [last, ...inputs],
      output: [name],
      attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    });
    last = name;
  };
  for (const node of nodes) {
    const { name, op, stride, padding, kernel } = node;
    const tensors = node.weight && [`${name}.weight`, `${name}.bias`];
    if (tensors) {
      graph.initializer.push(tensor(tensors[0], node.weight.shape, node.weight.values));
      graph.initializer.push(tensor(tensors[1], [node.bias.length], node.bias));
    }
    const pads = [padding, padding, padding, padding];
    const strides = [stride, stride];
    if (op === "conv2d") {
      add("Conv", name, { kernel_shape: node.weight.shape.slice(2), strides, pads }, tensors);
    } else if (op === "max_pool2d") {
      add("MaxPool", name, { kernel_shape: [kernel, kernel], strides, pads });
    } else if (op === "global_average_pool") {
      add("GlobalAveragePool", name);
      add("Flatten", `${name}.flat`, { axis: 1 });
    } else if (op === "linear") {
      add("Gemm", name, { transB: 1 }, tensors);
    } else {
      throw new Error(`operator "${op}" is not written to ONNX`);
    }
    if (node.relu) add("Relu", `${name}.relu`);
  }
  graph.node.at(-1).output = ["logits"];
  graph.input = [value("input", [1, 1, size, size])];
  graph.output = [value("logits", [1, nodes.at(-1).bias.length])];
  const model = { irVersion: 8, opsetImport: [{ domain: "", version: 13 }], graph };
  return Buffer.from(onnx.ModelProto.encode(onnx.ModelProto.fromObject(model)).finish());
}

function attribute(name, given) {
  return Array.isArray(given)
    ? { name, type: AttributeType.INTS, ints: given }
    : { name, type: AttributeType.INT, i: given };
}

function tensor(name, dims, values) {
  const { buffer, byteOffset, byteLength } = values;
  return { name, dims, dataType: FLOAT, rawData: new Uint8Array(buffer, byteOffset, byteLength) };
}

function value(name, shape) {
  const dim = shape.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } };
}
