// One contender in a worker of its own (or, where it runs nowhere else, in the page): loads, then
// runs when it is told to, and says how long each call took.
//   { type: "load", ... }                 to { milliseconds }
//   { type: "run", untimed, timed, ... }  to { milliseconds: [each timed call], logits, ... }
//   { type: "memory" }                    to { bytes }, of all WebAssembly memory
// Whatever goes wrong comes back as { error }.

// Every memory that the contender makes or is given by its module. Other ways of measuring miss it:
// performance.measureUserAgentSpecificMemory() counts none of a worker's.
const memories = new Set();

WebAssembly.Memory = class extends WebAssembly.Memory {
  constructor(descriptor) {
    super(descriptor);
    memories.add(this);
  }
};

const kinds = {
  instantiate: WebAssembly.instantiate,
  instantiateStreaming: WebAssembly.instantiateStreaming,
};
for (const [name, original] of Object.entries(kinds))
  WebAssembly[name] = async (...given) => {
    const result = await original.apply(WebAssembly, given);
    for (const exported of Object.values((result.instance ?? result).exports))
      if (Object.prototype.toString.call(exported) === "[object WebAssembly.Memory]")
        memories.add(exported);
    return result;
  };

// load: from the page's options to the function that does the work once. It is given the request to
// run and returns { logits }, or a promise of it; milliseconds beside them are taken for the call's
// own.
export function serve(load) {
  let runOnce;
  const answers = {
    async load(options) {
      const start = performance.now();
      runOnce = await load(options);
      return { milliseconds: performance.now() - start };
    },
    async run({ untimed, timed, ...request }) {
      const times = [];
      let result;
      for (let call = 0; call < untimed + timed; ++call) {
        const start = performance.now();
        result = await runOnce(request);
        const elapsed = performance.now() - start;
        if (call >= untimed) times.push(result.milliseconds ?? elapsed);
      }
      // WebDriver BiDi carries no typed arrays.
      return { ...result, logits: Array.from(result.logits), milliseconds: times };
    },
    async memory() {
      const bytes = [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
      return { bytes };
    },
  };
  const answer = (request) =>
    answers[request.type](request).catch((error) => ({ error: String(error?.message ?? error) }));

  if (typeof WorkerGlobalScope === "undefined") self.contender = answer;
  else self.onmessage = async ({ data }) => self.postMessage(await answer(data));
}

export async function bytesOf(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
