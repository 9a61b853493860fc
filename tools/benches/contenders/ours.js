// A module of ours as it is shipped, with one of its engines. The time is the one that the module
// gives for its network alone, since a screening also decodes and prepares the film; the film has
// the network's size, so that the network sees the very floats that the peers are given.

import { logitsOf, openCore } from "./core.js";
import { bytesOf, fromBase64, serve } from "./shell.js";

serve(async ({ module, model, sha256, engine, threads, film, temperature }) => {
  const core = await openCore(module, await bytesOf(model), sha256, engine, threads);
  const file = fromBase64(film);
  return () => {
    const screening = core.screen(file);
    return {
      logits: logitsOf(screening, temperature),
      milliseconds: screening.milliseconds.infer,
    };
  };
});
