// The WebAssembly memory of the page's workers, which no browser tells of by itself.

// In the page before its first script: each worker then keeps an eye on its modules' memories.
function watch() {
  const inWorker = () => {
    const { instantiate } = WebAssembly;
    self.memories = [];
    WebAssembly.instantiate = async (...given) => {
      const made = await instantiate(...given);
      for (const one of Object.values((made.instance ?? made).exports))
        if (one instanceof WebAssembly.Memory) self.memories.push(new WeakRef(one));
      return made;
    };
  };
  const Native = Blob;
  self.Blob = class extends Native {
    constructor(parts = [], options = {}) {
      const isWorker = options.type === "text/javascript";
      super(isWorker ? [`(${inWorker})();`, ...parts] : parts, options);
    }
  };
}

// Of a page that is opened in such a context memoryOf tells.
export async function watched(browser) {
  const context = await browser.newContext();
  await context.addInitScript(watch);
  return context;
}

// Bytes of the largest module of each worker: that which has the model open.
export function memoryOf(page) {
  return Promise.all(
    page.workers().map(async (worker) => {
      const sizes = await worker.evaluate(() =>
        self.memories.map((memory) => memory.deref()?.buffer.byteLength ?? 0),
      );
      return Math.max(0, ...sizes);
    }),
  );
}
