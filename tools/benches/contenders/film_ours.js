// Bytes of a film to findings by a module of ours, as the page does it.

import { logitsOf, openCore } from "./core.js";
import { bytesOf, serve } from "./shell.js";

serve(async ({ module, model, sha256, films, temperature }) => {
  const core = await openCore(module, await bytesOf(model), sha256, "auto", 1);
  const files = new Map();
  for (const film of films) files.set(film, await bytesOf(film));
  return ({ film }) => {
    const start = performance.now();
    const screening = core.screen(files.get(film));
    const all = performance.now() - start;
    const { decode, prepare, infer, evidence } = screening.milliseconds;
    const rest = all - decode - prepare - infer - evidence;
    return {
      logits: logitsOf(screening, temperature),
      parts: { decode, "to 224 x 224": prepare, network: infer, rest: evidence + rest },
    };
  };
});
