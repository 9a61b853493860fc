// The network of one stride in everyone's format, as files that a page can fetch.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { films, greyPixels } from "./films.mjs";
import { kRoot } from "./figures.mjs";
import { toOnnx } from "./onnx.mjs";
import { studentFor } from "./student.mjs";
import { toTflite } from "./tflite.mjs";

// It sees whole films of 224x224, so that every contender can be given the same; what the released student
// sees is made by our core alone.
export const kModel = resolve(kRoot, "weights/covid-paper.safetensors");

// The page that contenders run in.
export function writePage(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    resolve(folder, "index.html"),
    '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>bench</title>' +
      '<script src="page.js"></script>\n',
  );
}

// Writes FOLDER/strideN.* and returns what a contender must know of them:
// { stride, file, sha256, size, mean, std, temperature, input, film, logits }, where film is the PNG whose
// pixels are the input.
export function writeFormats(folder, stride) {
  mkdirSync(folder, { recursive: true });
  const [film] = films(224, "png");
  const student = studentFor(readFileSync(kModel), stride, greyPixels(film));
  const { model, network, ...rest } = student;
  const stem = `stride${stride}`;
  const write = (ending, bytes) => writeFileSync(resolve(folder, `${stem}${ending}`), bytes);
  write(".safetensors", model);
  write(".onnx", toOnnx(network));
  writeForPeers(folder, stem, network);
  const file = resolve(folder, `${stem}.safetensors`);
  return { stride, stem, file, size: network.size, film: readFileSync(film), ...rest };
}

// For those that read no ONNX.
export function writeForPeers(folder, stem, network) {
  const { nodes, weights } = asArrays(network);
  writeFileSync(resolve(folder, `${stem}.tflite`), toTflite(network));
  writeFileSync(resolve(folder, `${stem}.json`), JSON.stringify(nodes));
  writeFileSync(resolve(folder, `${stem}.bin`), weights);
}

// For TensorFlow.js, whose network is built by its own functions: nodes whose tensors are places in
// one file of float32.
function asArrays({ nodes }) {
  const parts = [];
  let end = 0;
  const place = (values) => {
    parts.push(Buffer.from(values.buffer));
    end += values.length;
    return { at: end - values.length, length: values.length };
  };
  const placed = nodes.map((node) =>
    node.weight === undefined
      ? node
      : {
          ...node,
          weight: { shape: node.weight.shape, ...place(node.weight.values) },
          bias: place(node.bias),
        },
  );
  return { nodes: placed, weights: Buffer.concat(parts) };
}
