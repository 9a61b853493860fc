// What onnxruntime makes of an ONNX file, for import_test.cpp to compare with.
//
//   node run_onnx.mjs MODEL INPUT SIDE    INPUT: float32 of [1, 1, SIDE, SIDE], little-endian
//
// Prints the logits as a JSON array.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../tools/benches/package.json", import.meta.url));
const ort = require("onnxruntime-web");
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

const [model, input, side] = process.argv.slice(2);
const session = await ort.InferenceSession.create(await readFile(model));
const bytes = await readFile(input);
const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const { logits } = await session.run({
  input: new ort.Tensor("float32", values, [1, 1, Number(side), Number(side)]),
});
console.log(JSON.stringify([...logits.data]));
