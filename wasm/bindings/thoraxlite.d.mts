// The module that Emscripten makes of thoraxlite.h.

export interface Thoraxlite {
  /** The module's memory. Ask for it after each call: growing the memory detaches older views. */
  readonly HEAPU8: Uint8Array;
  _thoraxlite_version(): number;
  _thoraxlite_allocate(size: number): number;
  _thoraxlite_free(bytes: number): void;
  _thoraxlite_open(
    model: number,
    size: number,
    sha256: number,
    engine: number,
    threads?: number,
  ): number;
  _thoraxlite_screen(
    fileName: number,
    file: number,
    size: number,
    showAnyway: number,
    change: number,
  ): number;
  _thoraxlite_screen_pixels(
    fileName: number,
    pixels: number,
    width: number,
    height: number,
    maxValue: number,
    colourfulness: number,
    ageYears: number,
    isLateral: number,
    bodyPart: number,
    modality: number,
    notes: number,
    showAnyway: number,
    change: number,
  ): number;
  _thoraxlite_evidence(finding: number): number;
  _thoraxlite_lung_field(): number;
  _thoraxlite_decode(file: number, size: number): number;
  _thoraxlite_pixels(): number;
}

export interface ThoraxliteOptions {
  /** The bytes of thoraxlite.wasm; without them the module fetches the file beside itself. */
  wasmBinary?: ArrayBuffer | Uint8Array;
  /** Instantiates a module that was compiled before; hands the instance to done. */
  instantiateWasm?(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
  /** In a module with threads: how many, the caller's own with them; as many as open is given. */
  threads?: number;
  /** In a module with threads: its script, for workers that cannot derive its address. */
  mainScriptUrlOrBlob?: string | Blob;
  locateFile?(path: string, scriptDirectory: string): string;
  print?(line: string): void;
  printErr?(line: string): void;
}

export default function createThoraxlite(options?: ThoraxliteOptions): Promise<Thoraxlite>;
