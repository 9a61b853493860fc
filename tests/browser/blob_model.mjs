// A network whose answer is known without training, in the format of wasm/README.md. It has two
// findings: "opacity" lights up at a bright place of an opacity's size that is darker on all four sides,
// "bright" wherever the film is bright, which on a chest film is outside of the lungs.

import { writeModel } from "./model_file.mjs";

const cells = 32; // of the maps, both sides
const kernel = 11; // cells
const middle = (kernel - 1) / 2;
const reach = 3; // cells from the middle to where it must be darker
const step = 0.04; // of white: darker by this much is dark enough
const brightest = 0.6; // of white: what counts as bright
const chest = 170; // of 255: what the padding around the film stands for, so that it is no edge

// The mean of 3 x 3 cells around a place of the kernel, times a factor.
function add(weights, x, y, factor) {
  for (let dy = -1; dy <= 1; ++dy)
    for (let dx = -1; dx <= 1; ++dx) weights[(y + dy) * kernel + x + dx] += factor / 9;
}

function filter(...means) {
  const weights = Array(kernel * kernel).fill(0);
  for (const [x, y, factor] of means) add(weights, middle + x, middle + y, factor);
  return weights;
}

const sides = [
  [-reach, 0],
  [reach, 0],
  [0, -reach],
  [0, reach],
].map(([x, y]) => filter([0, 0, 1], [x, y, -1]));

// min(difference, step) is relu(difference) - relu(difference - step); all four sides together pass
// 3 steps only where each of them does its part.
const tensors = {
  "sides.weight": {
    shape: [9, 1, kernel, kernel],
    values: [...sides, ...sides, filter([0, 0, 1])].flat(),
  },
  "sides.bias": {
    shape: [9],
    values: [0, 0, 0, 0, -step, -step, -step, -step, chest / 255 - brightest],
  },
  "all.weight": {
    shape: [2, 9, 1, 1],
    values: [1, 1, 1, 1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  },
  "all.bias": { shape: [2], values: [-3 * step, 0] },
  "findings.weight": { shape: [2, 2], values: [20000, 0, 0, 40] },
  "findings.bias": { shape: [2], values: [-2, -2] },
  // A picture of the chest's grey: no cell differs from another, and all are bright by as much.
  "self_test.logits": { shape: [2], values: [-2, -2 + 40 * (chest / 255 - brightest)] },
};

const labels = ["opacity", "bright"];
const card = {
  name: "blob-finder",
  labels,
  activation: "sigmoid",
  input: { size: 4 * cells, channels: 1, resize: "area", mean: chest / 255, std: 1 },
  graph: [
    { name: "cells", op: "average_pool2d", kernel: 4, stride: 4 },
    { name: "sides", op: "conv2d", padding: middle, relu: true },
    { name: "all", op: "conv2d", relu: true },
    { name: "average", op: "global_average_pool" },
    { name: "findings", op: "linear" },
  ],
  calibration: {
    temperature: 1,
    operating_points: labels.map((label) => ({
      label,
      threshold: label === "bright" ? 0.1 : 0.4,
      sensitivity: 1,
      specificity: 1,
      positives: 1,
      cases: 2,
      // Nobody's evidence lies in the lungs less often than this.
      evidence_inside_5: label === "bright" ? 0.9 : 0.05,
    })),
  },
};

function pack(card, tensors) {
  const header = {};
  const parts = [];
  let end = 0;
  const put = (name, dtype, shape, bytes) => {
    header[name] = { dtype, shape, data_offsets: [end, (end += bytes.length)] };
    parts.push(bytes);
  };
  for (const [name, { shape, values }] of Object.entries(tensors))
    put(name, "F32", shape, Buffer.from(Float32Array.from(values).buffer));
  put("self_test.image", "U8", [8, 8], Buffer.alloc(64, chest));
  return writeModel({
    metadata: { format: "thoraxlite.student.v1" },
    card,
    tensors: header,
    data: Buffer.concat(parts),
  });
}

export const blobModel = pack(card, tensors);

// Those of TorchXRayVision's networks.
export const importedLabels = [
  ...["Atelectasis", "Consolidation", "Infiltration", "Pneumothorax", "Edema", "Emphysema"],
  ...["Fibrosis", "Effusion", "Pneumonia", "Pleural_Thickening", "Cardiomegaly", "Nodule", "Mass"],
  ...["Hernia", "Lung Lesion", "Fracture", "Lung Opacity", "Enlarged Cardiomediastinum"],
];

// The same as a network from elsewhere, as `cxr-distill import` writes it: an operator that only the large
// module has, and no film that anything was measured on. A clip behind the average leaves no evidence.
export function importedModel({ evidence = true, labels = importedLabels, more = {} } = {}) {
  const weights = labels.flatMap((_, i) => [i === 0 ? 20000 : 0, i]);
  const bias = labels.map((_, i) => i / 3 - 4);
  const self = Math.max(chest / 255 - brightest, 0);
  const clip = { name: "clip", op: "clip", low: 0 };
  const graph = card.graph.toSpliced(evidence ? 3 : 4, 0, clip);
  const threshold = (i) => (i + 1) / 100;
  return pack(
    {
      ...card,
      name: "imported-network",
      labels,
      graph,
      calibration: {
        temperature: 1,
        operating_points: labels.map((label, i) => ({
          ...{ label, threshold: threshold(i), sensitivity: 0, specificity: 0 },
          ...{ positives: 0, cases: 0 },
        })),
      },
      training: {
        imported: {
          file: "network.pt",
          thresholds_of_the_source: Object.fromEntries(
            labels.map((label, i) => [label, threshold(i)]),
          ),
        },
      },
      ...more,
    },
    {
      ...tensors,
      "findings.weight": { shape: [labels.length, 2], values: weights },
      "findings.bias": { shape: [labels.length], values: bias },
      "self_test.logits": { shape: [labels.length], values: bias.map((b, i) => b + i * self) },
    },
  );
}
