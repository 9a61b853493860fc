// A peer that runs one input again and again.

import { fromBase64, serve } from "./shell.js";

export function serveNetwork(openNetwork) {
  serve(async ({ input, ...options }) => {
    const pixels = new Float32Array(fromBase64(input).buffer);
    const infer = await openNetwork(options);
    return async () => ({ logits: await infer(pixels) });
  });
}
