// Model files with the lung network of weights/: put into one that has none, and a view through it.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { root } from "./chromium.mjs";
import { readModel } from "./model_file.mjs";

const lungs = readModel(readFileSync(resolve(root, "weights/lungs.safetensors")));

// model: of readModel; gives such a one. Without a view it sees whole films, as before, and says where
// their lungs are.
export function withLungs(model) {
  const { metadata, card, tensors, data } = model;
  if (card.lungs !== undefined) return model;
  const moved = Object.entries(lungs.tensors).map(
    ([name, { data_offsets: offsets, ...tensor }]) => [
      name,
      { ...tensor, data_offsets: offsets.map((at) => at + data.length) },
    ],
  );
  return {
    metadata,
    card: { ...card, lungs: lungs.card },
    tensors: { ...tensors, ...Object.fromEntries(moved) },
    data: Buffer.concat([data, lungs.data]),
  };
}

export const view = { film: 224, margin: 0.035, mean: 0.5, deviation: 0.175, outside: "faded" };

// It sees films through that. logits: what it gives for its self-test then.
export function withView(model, logits) {
  const { card, tensors, data, ...rest } = withLungs(model);
  const [start] = tensors["self_test.logits"].data_offsets;
  const changed = Buffer.from(data);
  logits.forEach((logit, i) => changed.writeFloatLE(logit, start + 4 * i));
  return { ...rest, card: { ...card, view }, tensors, data: changed };
}
