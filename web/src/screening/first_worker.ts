// The page's first script, ahead of its style and program: it starts the first worker, which the browser
// then makes while it reads and compiles the rest. build/worker_source.ts bundles it by itself, with the
// whole worker as text.

declare const __WORKER__: string;

const url = URL.createObjectURL(new Blob([__WORKER__], { type: "text/javascript" }));

// The policy ignores what it is given, so that it can make a worker of nothing but ours.
const policy = window.trustedTypes?.createPolicy("thoraxlite", {
  createScriptURL: (_: string) => url,
});

// TypeScript's Worker does not know Trusted Types; the browser takes the object as it is.
const start = () =>
  new Worker((policy?.createScriptURL("") ?? url) as string, { name: "thoraxlite" });

let first: Worker | undefined;

window.startWorker = () => {
  const worker = first ?? start();
  first = undefined;
  return worker;
};

first = start();
// Before anybody had it to listen: who asks gets another, and hears what it says.
first.addEventListener("error", () => (first = undefined), { once: true });

export {};
