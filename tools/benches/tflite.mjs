// Our nodes as a TensorFlow Lite file, for LiteRT. No package carries the schema's
// builders for JavaScript, so its field numbers, which are fixed for good, stand here
// (tensorflow/compiler/mlir/lite/schema/schema.fbs).

import { Builder } from "flatbuffers";

// BuiltinOperator and BuiltinOptions
const kOperators = {
  ...{ add: 0, averagePool: 1, concat: 2, conv: 3, depthwise: 4, linear: 9, logistic: 14 },
  ...{ maxPool: 17, mul: 18, pad: 34, mean: 40 },
};
const kOptions = {
  ...{ add: 11, averagePool: 5, concat: 10, conv: 1, depthwise: 2, linear: 8, logistic: 0 },
  ...{ maxPool: 5, mul: 21, pad: 22, mean: 27 },
};
const kFloat32 = 0; // TensorType
const kInt32 = 2;
const kSame = 0; // Padding
const kValid = 1;

// The graph's input is [1, size, size, 1], its output [1, labels].
export function toTflite({ size, nodes }) {
  const graph = { tensors: [], operators: [] };
  let shape = [1, size, size, 1];
  let last = addTensor(graph, "input", shape);
  const maps = new Map([["input", { last, shape }]]); // what each node gives
  // inputs: behind the map that was made last.
  const add = (kind, name, inputs, options, outputShape) => {
    const output = addTensor(graph, name, outputShape);
    graph.operators.push({ kind, inputs: [last, ...inputs], output, options });
    last = output;
    shape = outputShape;
  };
  const border = (name, padding) => {
    const [, side, , channels] = shape;
    const borders = Int32Array.of(0, 0, padding, padding, padding, padding, 0, 0);
    const padded = side + 2 * padding;
    const table = constant(`${name}.borders`, [4, 2], borders, kInt32);
    add("pad", `${name}.bordered`, [table], [], [1, padded, padded, channels]);
  };
  const constant = (name, dims, values, type = kFloat32) =>
    addTensor(graph, name, dims, type, new Int32Array(values.buffer));

  for (const node of nodes) {
    const { name, op, stride, padding, kernel, groups = 1, weight, bias } = node;
    const activation = node.relu ? 1 : node.relu6 ? 3 : 0;
    if (node.inputs) ({ last, shape } = maps.get(node.inputs[0]));
    const others = (node.inputs ?? []).slice(1).map((input) => maps.get(input).last);
    const [, side, , channels] = shape;
    if (op === "conv2d") {
      const [outputs, inputs, window] = weight.shape;
      const across = Math.floor((side + 2 * padding - window) / stride) + 1;
      // TensorFlow's SAME is ours only where the stride is 1; else the border is laid around.
      const isSame = stride === 1 && 2 * padding === window - 1;
      if (!isSame && padding > 0) border(name, padding);
      const isDepthwise = groups > 1;
      if (isDepthwise && (inputs !== 1 || groups !== outputs))
        throw new Error("groups of several channels are not written to TensorFlow Lite");
      const filter = isDepthwise
        ? channelsLast(weight.values, 1, outputs, window)
        : channelsLast(weight.values, outputs, inputs, window);
      const filterShape = isDepthwise
        ? [1, window, window, outputs]
        : [outputs, window, window, inputs];
      const strides = [byte(isSame ? kSame : kValid), int(stride), int(stride)];
      add(
        isDepthwise ? "depthwise" : "conv",
        name,
        [
          constant(`${name}.weight`, filterShape, filter),
          constant(`${name}.bias`, [outputs], bias),
        ],
        [...strides, ...(isDepthwise ? [int(1)] : []), byte(activation)],
        [1, across, across, outputs],
      );
    } else if (op === "max_pool2d" || op === "average_pool2d") {
      // Behind a ReLU nothing is below the border's zeros.
      if (padding !== 0 && !node.behindRelu)
        throw new Error("such a pool with padding is not written to TensorFlow Lite");
      if (padding !== 0) border(name, padding);
      const across = Math.floor((shape[1] - kernel) / stride) + 1;
      const options = [byte(kValid), int(stride), int(stride), int(kernel), int(kernel), byte(0)];
      const kind = op === "max_pool2d" ? "maxPool" : "averagePool";
      add(kind, name, [], options, [1, across, across, channels]);
    } else if (op === "scale_shift") {
      const values = (part, values) => constant(`${name}.${part}`, [values.length], values);
      add("mul", `${name}.scaled`, [values("weight", weight.values)], [byte(0)], shape);
      add("add", name, [values("bias", bias)], [byte(activation)], shape);
    } else if (op === "concat") {
      const all = node.inputs.map((input) => maps.get(input).shape[3]);
      const together = all.reduce((sum, channels) => sum + channels);
      add("concat", name, others, [int(3), byte(0)], [1, side, side, together]);
    } else if (op === "add" || op === "mul") {
      add(op, name, others, [byte(activation)], shape);
    } else if (op === "sigmoid") {
      add("logistic", name, [], [], shape);
    } else if (op === "silu") {
      const before = last;
      add("logistic", `${name}.sigmoid`, [], [], shape);
      add("mul", name, [before], [byte(0)], shape);
    } else if (op === "global_average_pool") {
      const axes = constant(`${name}.axes`, [2], Int32Array.of(1, 2), kInt32);
      add("mean", name, [axes], [byte(1)], [1, 1, 1, channels]);
    } else if (op === "linear") {
      const inputs = [
        constant(`${name}.weight`, weight.shape, weight.values),
        constant(`${name}.bias`, [bias.length], bias),
      ];
      add("linear", name, inputs, [byte(activation)], [1, bias.length]);
    } else {
      throw new Error(`operator "${op}" is not written to TensorFlow Lite`);
    }
    maps.set(name, { last, shape });
  }
  return serialised(graph, last);
}

const byte = (value) => ({ value, add: "addFieldInt8" });
const int = (value) => ({ value, add: "addFieldInt32" });
const offset = (value) => ({ value, add: "addFieldOffset" });

// words: the values of a constant, as the 32-bit words that they are.
function addTensor(graph, name, shape, type = kFloat32, words = undefined) {
  return graph.tensors.push({ name, shape, type, words }) - 1;
}

// [out, in, k, k] to [out, k, k, in]
function channelsLast(values, outputs, inputs, window) {
  const area = window * window;
  const result = new Float32Array(values.length);
  for (let o = 0; o < outputs; ++o)
    for (let i = 0; i < inputs; ++i)
      for (let k = 0; k < area; ++k)
        result[(o * area + k) * inputs + i] = values[(o * inputs + i) * area + k];
  return result;
}

function serialised({ tensors, operators }, output) {
  const builder = new Builder(1 << 20);
  const vector = (values, add) => {
    builder.startVector(4, values.length, 4);
    for (let i = values.length - 1; i >= 0; --i) builder[add](values[i]);
    return builder.endVector();
  };
  const ints = (values) => vector(values, "addInt32");
  const tables = (offsets) => vector(offsets, "addOffset");
  // fields: by slot { value, add }; one that is undefined keeps the schema's default.
  const table = (fields) => {
    builder.startObject(fields.length);
    fields.forEach((field, slot) => {
      // A value that equals the default is left out of the file, so none may be taken for one.
      if (field !== undefined) builder[field.add](slot, field.value, NaN);
    });
    return builder.endObject();
  };

  const buffers = [table([])]; // the first stands for "no bytes"
  const tensorTables = tensors.map(({ name, shape, type, words }) => {
    let buffer = 0;
    if (words !== undefined) {
      builder.startVector(1, 4 * words.length, 16);
      for (let i = words.length - 1; i >= 0; --i) builder.addInt32(words[i]);
      buffer = buffers.push(table([offset(builder.endVector())])) - 1;
    }
    const fields = [offset(ints(shape)), byte(type), int(buffer)];
    return table([...fields, offset(builder.createString(name))]);
  });

  const kinds = [...new Set(operators.map(({ kind }) => kind))];
  const codes = kinds.map((kind) =>
    table([byte(kOperators[kind]), undefined, int(1), int(kOperators[kind])]),
  );
  const operatorTables = operators.map(({ kind, inputs, output: result, options }) => {
    const [read, written, details] = [ints(inputs), ints([result]), table(options)];
    return table([
      int(kinds.indexOf(kind)),
      offset(read),
      offset(written),
      byte(kOptions[kind]),
      offset(details),
    ]);
  });
  const graph = [tables(tensorTables), ints([0]), ints([output]), tables(operatorTables)];
  const graphs = tables([table(graph.map(offset))]);
  const model = [tables(codes), graphs, builder.createString("student"), tables(buffers)];
  builder.finish(table([int(3), ...model.map(offset)]), "TFL3");
  return Buffer.from(builder.asUint8Array());
}
