// Bytes of a film to findings by a module of ours, as the page does it.

import { logitsOf, openCore } from "./core.js";
import { bytesOf, serve } from "./shell.js";

serve(async ({ module, model, sha256, films, temperature }) => {
  const core = await openCore(module, await bytesOf(model), sha256, "auto", 1);
  const files = new Map();
  for (const film of films) files.set(film, await bytesOf(film));
  return ({ film }) => ({ logits: logitsOf(core.screen(files.get(film)), temperature) });
});
