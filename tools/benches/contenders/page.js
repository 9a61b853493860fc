// The page's end: starts contenders and passes on what is asked of them.

const started = new Map();

// place: "worker", or "page" for what runs in no worker.
async function start(name, { script, place, options }) {
  if (place === "worker") {
    const worker = new Worker(script);
    started.set(name, {
      ask: (request) =>
        new Promise((answered) => {
          worker.onmessage = ({ data }) => answered(data);
          worker.onerror = (event) => answered({ error: event.message || "the worker failed" });
          worker.postMessage(request);
        }),
    });
  } else {
    const element = Object.assign(document.createElement("script"), { src: script });
    const loaded = new Promise((resolve, reject) =>
      Object.assign(element, { onload: resolve, onerror: reject }),
    );
    document.head.append(element);
    await loaded;
    started.set(name, { ask: self.contender });
  }
  return ask(name, { type: "load", ...options });
}

const ask = (name, request) => started.get(name).ask(request);

self.bench = { start, ask };
