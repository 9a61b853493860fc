// The module that Emscripten makes of dicom.h.

export interface Dicom {
  /** The module's memory. Ask for it after each call: growing the memory detaches older views. */
  readonly HEAPU8: Uint8Array;
  _dicom_allocate(size: number): number;
  _dicom_open(file: number, size: number, frame: number, window: number): number;
  _dicom_decode(): number;
  _dicom_samples(): number;
  _dicom_film(isPlanar: number, isRgb: number): number;
  _dicom_pixels(): number;
}

export interface DicomOptions {
  /** Instantiates the module, which was compiled before; hands the instance to done. */
  instantiateWasm?(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
  locateFile?(path: string, scriptDirectory: string): string;
  print?(line: string): void;
  printErr?(line: string): void;
}

export default function createDicom(options?: DicomOptions): Promise<Dicom>;
