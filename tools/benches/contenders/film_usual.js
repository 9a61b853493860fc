// Bytes of a film to findings as most pages do it: the browser decodes, a canvas scales, and
// onnxruntime-web runs the network.

import { openSession } from "./session.js";
import { bytesOf, serve } from "./shell.js";

serve(async ({ runtime, model, films, size, mean, std }) => {
  const infer = await openSession(runtime, `${model}.onnx`, 1, size);
  const context = new OffscreenCanvas(size, size).getContext("2d", { willReadFrequently: true });
  const files = new Map();
  for (const film of films) files.set(film, new Blob([await bytesOf(film)]));
  const input = new Float32Array(size * size);
  return async ({ film }) => {
    const times = [performance.now()];
    const note = () => times.push(performance.now());
    const bitmap = await createImageBitmap(files.get(film));
    note();
    context.drawImage(bitmap, 0, 0, size, size);
    bitmap.close();
    const { data } = context.getImageData(0, 0, size, size);
    for (let i = 0; i < input.length; ++i) input[i] = (data[4 * i] / 255 - mean) / std;
    note();
    const logits = await infer(input);
    note();
    const [decode, scale, network] = times.slice(1).map((time, i) => time - times[i]);
    return { logits, parts: { decode, "to 224 x 224": scale, network, rest: 0 } };
  };
});
