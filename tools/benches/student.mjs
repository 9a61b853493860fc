// The network that every contender gets: the released student's weights, at the stride that is
// asked for, in our format and as plain arrays for the peers' formats.

import { createHash } from "node:crypto";
import { floats, read, write } from "./safetensors.mjs";
import { plainLogits } from "./plain_network.mjs";

// Scores are the sigmoid of logit / kTemperature: so far from 0 and 1 that a score in float32 gives
// its logit back within 1e-5, where the released temperature could lose it.
const kTemperature = 16;

// file: a model file. stride: of its first convolution; the weights fit any. pixels: a grey film of
// the network's size, 0 to 255; it becomes the self-test as well, with the logits of plain loops.
// Returns { model, sha256, network, mean, std, temperature, input, logits }.
export function studentFor(file, stride, pixels) {
  const { card, format, tensors } = read(file);
  card.graph.find(({ op }) => op === "conv2d").stride = stride;
  card.activation = "sigmoid";
  card.calibration.temperature = kTemperature;

  const { size, mean, std } = card.input;
  if (pixels.length !== size * size)
    throw new Error(`the film has ${pixels.length} pixels; the network takes ${size} x ${size}`);
  const input = Float32Array.from(pixels, (pixel) => (pixel / 255 - mean) / std);
  const network = { size, nodes: card.graph.map((node) => withTensors(node, tensors)) };
  const logits = plainLogits(network, input);

  // The statistics of films are of the released stride, and no part of the race.
  delete card.novelty;
  for (const name of Object.keys(tensors)) if (/(^|\.)novelty/.test(name)) delete tensors[name];
  tensors["self_test.image"] = { dtype: "U8", shape: [size, size], bytes: Buffer.from(pixels) };
  tensors["self_test.logits"].bytes = Buffer.from(logits.buffer);
  const model = write({ card, format, tensors });
  const sha256 = createHash("sha256").update(model).digest("hex");
  return { model, sha256, network, mean, std, temperature: kTemperature, input, logits };
}

// A node with its weight as { shape, values } and its bias.
function withTensors(node, tensors) {
  if (node.input !== undefined || node.inputs !== undefined)
    throw new Error(`node "${node.name}" branches; the peers' files are written of a chain only`);
  const weight = tensors[`${node.name}.weight`];
  if (weight === undefined) return { stride: 1, padding: 0, ...node };
  return {
    stride: 1,
    padding: 0,
    relu: false,
    ...node,
    weight: { shape: weight.shape, values: floats(weight) },
    bias: floats(tensors[`${node.name}.bias`]),
  };
}
