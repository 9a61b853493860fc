// What the build puts in; vite.config.ts says from where.

declare module "thoraxlite-core" {
  // Emscripten's module: wasm/bindings/thoraxlite.h with a leading underscore.
  export interface CoreModule {
    HEAPU8: Uint8Array;
    _thoraxlite_allocate(size: number): number;
    _thoraxlite_free(bytes: number): void;
    _thoraxlite_open(model: number, size: number, sha256: number, engine: number): number;
    _thoraxlite_screen(fileName: number, file: number, size: number): number;
  }
  export default function createCore(options: {
    wasmBinary: Uint8Array;
    locateFile: (path: string) => string;
  }): Promise<CoreModule>;
}

declare module "base64:wasm" {
  const base64: string;
  export default base64;
}

declare module "base64:model" {
  const base64: string;
  export default base64;
}

declare module "base64:sample" {
  const base64: string;
  export default base64;
}

declare module "source:worker" {
  const source: string;
  export default source;
}

declare module "*.css";
