// A model file's graph as the peers' formats are written of: every node with the names of its inputs, its
// settings as numbers, and the clip behind a convolution as the convolution's own ReLU6.

import { floats, read } from "./safetensors.mjs";

// file: bytes of a model file. Returns { size, mean, std, nodes }.
export function graphOf(file) {
  const { card, tensors } = read(file);
  const { size, mean, std } = card.input;
  const nodes = [];
  const renamed = new Map([["input", "input"]]);
  const readers = (name, at) =>
    card.graph.filter((node, i) => inputsOf(node, card.graph[i - 1]).includes(name) || i === at);
  for (const [i, node] of card.graph.entries()) {
    const inputs = inputsOf(node, card.graph[i - 1]).map((name) => renamed.get(name));
    const before = nodes.find(({ name }) => name === inputs[0]);
    const isRelu6 = node.op === "clip" && node.low === 0 && node.high === 6;
    if (isRelu6 && before?.op === "conv2d" && readers(before.name, i).length === 1) {
      before.relu6 = true;
      renamed.set(node.name, before.name);
      continue;
    }
    renamed.set(node.name, node.name);
    const weight = tensors[`${node.name}.weight`];
    nodes.push({
      stride: 1,
      padding: 0,
      relu: false,
      ...node,
      inputs,
      behindRelu: before?.relu === true,
      ...(weight && {
        weight: { shape: weight.shape, values: floats(weight) },
        bias: floats(tensors[`${node.name}.bias`]),
      }),
    });
  }
  return { size, mean, std, nodes };
}

const inputsOf = ({ input, inputs }, before) => inputs ?? [input ?? before?.name ?? "input"];
