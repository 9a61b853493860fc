import { openSession } from "./session.js";
import { fromBase64, serve } from "./shell.js";

serve(async ({ runtime, model, threads, input, size }) => {
  const pixels = new Float32Array(fromBase64(input).buffer);
  const infer = await openSession(runtime, `${model}.onnx`, threads, size);
  return async () => ({ logits: await infer(pixels) });
});
