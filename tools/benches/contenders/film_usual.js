// Bytes of a film to findings as most pages do it: the browser decodes, a canvas scales, and
// a peer runs the network.

import { bytesOf, serve } from "./shell.js";

export function serveFilms(openNetwork) {
  serve(async ({ films, mean, std, ...options }) => {
    const { size } = options;
    const infer = await openNetwork({ ...options, threads: 1 });
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
}
