#!/usr/bin/env node
// node tools/inception-start.mjs OUTPUT.safetensors: Inception-V3 with torchvision's names, as a start
// for `cxr-distill teacher --init OUTPUT.safetensors`.
//
// Where npm is the only source, there is one set of Inception weights in it: nsfwjs (MIT) carries
// Keras' Inception-V3 in 8 bits. Its convolutions up to mixed5 are marked as not trainable, so they
// should be ImageNet's; the later ones were tuned on pictures of other things. Keras has no auxiliary
// head: the file's is drawn by chance, always alike.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const kPackage = "nsfwjs@4.4.0";
const kSha512 =
  "krC1fgeTLXtZwgdpKJ0jm7hqv0gTSRQQRL+FhOaxaJ9Wj92t42BO3csO2odwgTAgZgf2RvkwPtp0R8Aa7dc+MA==";
const kLabels = 5;

const [output] = process.argv.slice(2);
if (!output) {
  console.error("usage: node tools/inception-start.mjs OUTPUT.safetensors");
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "thoraxlite-"));
try {
  writeSafetensors(output, withHeads(withTorchvisionNames(kerasTensors(fetchPackage(folder)))));
} finally {
  rmSync(folder, { recursive: true });
}

function fetchPackage(folder) {
  const options = { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
  const file = execFileSync("npm", ["pack", "--silent", kPackage], options).trim();
  const archive = join(folder, file);
  const sha512 = createHash("sha512").update(readFileSync(archive)).digest("base64");
  if (sha512 !== kSha512) throw new Error(`${kPackage} has SHA-512 ${sha512}; expected ${kSha512}`);
  execFileSync("tar", ["-xzf", archive, "-C", folder]);
  return join(folder, "package");
}

// { name: { shape, values } } of a model of TensorFlow.js, whose scripts hold their bytes in base64.
function kerasTensors(folder) {
  const load = createRequire(import.meta.url);
  const model = (name) => load(join(folder, "dist/models/inception_v3", `${name}.min.js`));
  const [{ paths, weights }] = model("model").weightsManifest;
  const bytes = Buffer.concat(paths.map((path) => Buffer.from(model(path), "base64")));
  const tensors = {};
  let at = 0;
  for (const { name, shape, quantization } of weights) {
    const { min, scale } = quantization;
    const length = count(shape);
    tensors[name] = {
      shape,
      values: Float32Array.from(bytes.subarray(at, at + length), (byte) => min + scale * byte),
    };
    at += length;
  }
  if (at !== bytes.length) throw new Error(`${bytes.length} bytes of weights; expected ${at}`);
  return tensors;
}

// Keras numbers its convolutions in the order in which they are made: block by block, a branch after
// the other.
function convolutionNames() {
  const blocks = {
    A: "1x1 5x5_1 5x5_2 3x3dbl_1 3x3dbl_2 3x3dbl_3 _pool",
    B: "3x3 3x3dbl_1 3x3dbl_2 3x3dbl_3",
    C: "1x1 7x7_1 7x7_2 7x7_3 7x7dbl_1 7x7dbl_2 7x7dbl_3 7x7dbl_4 7x7dbl_5 _pool",
    D: "3x3_1 3x3_2 7x7x3_1 7x7x3_2 7x7x3_3 7x7x3_4",
    E: "1x1 3x3_1 3x3_2a 3x3_2b 3x3dbl_1 3x3dbl_2 3x3dbl_3a 3x3dbl_3b _pool",
  };
  const stem = ["1a_3x3", "2a_3x3", "2b_3x3", "3b_1x1", "4a_3x3"].map((name) => `Conv2d_${name}`);
  const mixed = ["5bA", "5cA", "5dA", "6aB", "6bC", "6cC", "6dC", "6eC", "7aD", "7bE", "7cE"];
  const branches = mixed.flatMap((name) =>
    blocks[name[2]].split(" ").map((branch) => `Mixed_${name.slice(0, 2)}.branch${branch}`),
  );
  return [...stem, ...branches];
}

function withTorchvisionNames(keras) {
  const tensors = {};
  for (const [index, name] of convolutionNames().entries()) {
    const norm = `batch_normalization_${index + 1}`;
    const channels = keras[`${norm}/beta`].shape;
    tensors[`${name}.conv.weight`] = outputsFirst(keras[`conv2d_${index + 1}/kernel`]);
    tensors[`${name}.bn.weight`] = filled(channels, 1); // Keras' norms have no scale
    tensors[`${name}.bn.bias`] = keras[`${norm}/beta`];
    tensors[`${name}.bn.running_mean`] = keras[`${norm}/moving_mean`];
    tensors[`${name}.bn.running_var`] = keras[`${norm}/moving_variance`];
  }
  return tensors;
}

// [height, width, inputs, outputs] to [outputs, inputs, height, width].
function outputsFirst({ shape: [height, width, inputs, outputs], values }) {
  const turned = new Float32Array(values.length);
  let from = 0;
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x)
      for (let i = 0; i < inputs; ++i)
        for (let o = 0; o < outputs; ++o)
          turned[((o * inputs + i) * height + y) * width + x] = values[from++];
  return { shape: [outputs, inputs, height, width], values: turned };
}

// --init wants whole networks. It leaves out the layers that give labels, for another number of them.
function withHeads(tensors) {
  const normal = normals(1);
  const convolution = (name, shape, deviation) => {
    const values = Float32Array.from({ length: count(shape) }, () => deviation * normal());
    tensors[`${name}.conv.weight`] = { shape, values };
    const channels = [shape[0]];
    tensors[`${name}.bn.weight`] = filled(channels, 1);
    tensors[`${name}.bn.bias`] = filled(channels, 0);
    tensors[`${name}.bn.running_mean`] = filled(channels, 0);
    tensors[`${name}.bn.running_var`] = filled(channels, 1);
  };
  convolution("AuxLogits.conv0", [128, 768, 1, 1], 0.05);
  convolution("AuxLogits.conv1", [768, 128, 5, 5], 0.01);
  for (const [name, inputs] of Object.entries({ "AuxLogits.fc": 768, fc: 2048 })) {
    tensors[`${name}.weight`] = filled([kLabels, inputs], 0);
    tensors[`${name}.bias`] = filled([kLabels], 0);
  }
  return tensors;
}

// Box and Muller's, on a linear congruential generator (Numerical Recipes').
function normals(seed) {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

function writeSafetensors(file, tensors) {
  const header = {};
  let at = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    header[name] = { dtype: "F32", shape, data_offsets: [at, (at += values.byteLength)] };
  }
  const text = JSON.stringify(header);
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const data = Object.values(tensors).map(({ values }) => Buffer.from(values.buffer));
  writeFileSync(file, Buffer.concat([length, Buffer.from(padded), ...data]));
}

function filled(shape, value) {
  return { shape, values: new Float32Array(count(shape)).fill(value) };
}

function count(shape) {
  return shape.reduce((product, size) => product * size, 1);
}
