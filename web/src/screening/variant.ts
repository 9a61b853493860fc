// The one place that looks at the browser and picks the build of the core. wasm/README.md lists the
// builds.

export interface Features {
  simd: boolean; // WebAssembly SIMD128
  relaxedSimd: boolean;
  sharedMemory: boolean; // the page is cross-origin isolated
  cores: number;
}

// Of each engine the best first: threads give more than relaxed SIMD does.
const modules = [
  { module: "thoraxlite-relaxed-threads", relaxed: true, threaded: true },
  { module: "thoraxlite-threads", relaxed: false, threaded: true },
  { module: "thoraxlite-relaxed", relaxed: true, threaded: false },
  { module: "thoraxlite", relaxed: false, threaded: false },
  { module: "thoraxlite-xnnpack-relaxed", relaxed: true, threaded: false },
  { module: "thoraxlite-xnnpack", relaxed: false, threaded: false },
] as const;

export type BuiltModule = (typeof modules)[number]["module"];

export interface Variant<Module> {
  module: Module;
  threads: number;
}

// More threads than this find too little to do in a network of a few milliseconds.
const mostThreads = 4;

// The build for a worker of which there are `workers` at once, out of those at hand of one engine. Nothing
// where the browser has no SIMD: the core was never built without it, and would take seconds a film.
export function chooseVariant<Module extends BuiltModule>(
  features: Features,
  atHand: readonly Module[],
  workers = 1,
): Variant<Module> | undefined {
  if (!features.simd) return undefined;
  const threads = features.sharedMemory
    ? Math.min(Math.max(Math.floor(features.cores / workers), 1), mostThreads)
    : 1;
  const best = modules.find(
    ({ module, relaxed, threaded }) =>
      atHand.includes(module as Module) &&
      (features.relaxedSimd || !relaxed) &&
      (threads > 1 || !threaded),
  );
  return best && { module: best.module as Module, threads: best.threaded ? threads : 1 };
}

export function browserFeatures(): Features {
  return {
    simd: runs(simdProbe),
    relaxedSimd: runs(relaxedProbe),
    sharedMemory: globalThis.crossOriginIsolated === true,
    cores: navigator.hardwareConcurrency || 1,
  };
}

// Hardened browsers have no WebAssembly at all.
function runs(module: Uint8Array<ArrayBuffer>): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(module);
}

// A module of one function without arguments that gives a vector. `code` is shorter than 112 bytes,
// so that every length is one byte.
function probe(code: number[]): Uint8Array<ArrayBuffer> {
  const end = 0x0b;
  const vector = 0x7b;
  const body = [0, ...code, end]; // no locals
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
    ...[1, 5, 1, 0x60, 0, 1, vector], // type section: () -> v128
    ...[3, 2, 1, 0], // function section: one, of type 0
    ...[10, body.length + 2, 1, body.length, ...body], // code section
  ]);
}

const zeroVector = [0xfd, 12, ...new Array<number>(16).fill(0)]; // v128.const 0
const simdProbe = probe([...zeroVector, 0xfd, 98]); // i8x16.popcnt, of the standard's last draft
const relaxedProbe = probe([...zeroVector, ...zeroVector, ...zeroVector, 0xfd, 0x85, 0x02]); // f32x4.relaxed_madd
