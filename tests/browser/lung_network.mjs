// The lung network of weights/ put into a model file that has none: without a view, the model sees the
// whole film as before, and says where the lungs are.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { root } from "./chromium.mjs";
import { readModel } from "./model_file.mjs";

const lungs = readModel(readFileSync(resolve(root, "weights/lungs.safetensors")));

// model: of readModel; gives such a one.
export function withLungs({ metadata, card, tensors, data }) {
  const moved = Object.entries(lungs.tensors).map(([name, { data_offsets: offsets, ...tensor }]) => [
    name,
    { ...tensor, data_offsets: offsets.map((at) => at + data.length) },
  ]);
  return {
    metadata,
    card: { ...card, lungs: lungs.card },
    tensors: { ...tensors, ...Object.fromEntries(moved) },
    data: Buffer.concat([data, lungs.data]),
  };
}
