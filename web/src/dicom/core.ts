// The binding to the C ABI of wasm/bindings/dicom.h. Each file has an instance of its own, so that none
// depends on another; the module is compiled once.

import createDicom, { type Dicom } from "thoraxlite-dicom";
import type { WasmBinaries } from "./decoders";

let compiled: Promise<WebAssembly.Module> | undefined;

export class DicomCore {
  private constructor(private readonly module: Dicom) {}

  static async create(binaries: WasmBinaries): Promise<DicomCore> {
    compiled ??= WebAssembly.compile(binaries("dicom") as Uint8Array<ArrayBuffer>);
    const program = await compiled;
    const module = await createDicom({
      instantiateWasm(imports, done) {
        WebAssembly.instantiate(program, imports).then((instance) => done(instance, program));
        return {};
      },
      // Only keeps Emscripten from deriving an address that a blob worker does not have.
      locateFile: (path) => path,
      print: () => {},
      printErr: () => {},
    });
    return new DicomCore(module);
  }

  open(file: Uint8Array, frame: number, window: number): Description {
    // At least one byte: an empty file still needs an address.
    const at = this.module._dicom_allocate(Math.max(file.length, 1));
    if (at === 0) throw new Error("There is not enough memory to read the DICOM file.");
    // HEAPU8 is asked for after each call, because growing the memory detaches older views.
    this.module.HEAPU8.set(file, at);
    return this.answer(this.module._dicom_open(at, file.length, frame, window));
  }

  // The stream that the caller decodes, or null where there is nothing left to decode.
  decode(): { coding: "jpeg_ls" | "jpeg_2000"; stream: Uint8Array } | null {
    const { coding, at, size } = this.answer<{
      coding: "" | "jpeg_ls" | "jpeg_2000";
      at: number;
      size: number;
    }>(this.module._dicom_decode());
    return coding === ""
      ? null
      : { coding, stream: this.module.HEAPU8.slice(at >>> 0, (at >>> 0) + size) };
  }

  giveSamples(data: Uint8Array | Uint16Array): void {
    const at = this.module._dicom_samples();
    const { HEAPU8 } = this.module;
    new Uint16Array(HEAPU8.buffer, HEAPU8.byteOffset + at, data.length).set(data);
  }

  film(planar: boolean, isRgb: boolean): Film & { pixels: Uint16Array } {
    const film = this.answer<Film>(this.module._dicom_film(Number(planar), Number(isRgb)));
    const at = this.module._dicom_pixels();
    const bytes = this.module.HEAPU8.slice(at, at + 2 * film.width * film.height);
    return { ...film, pixels: new Uint16Array(bytes.buffer) };
  }

  // Throws an error's sentence.
  private answer<T>(at: number): T {
    const { HEAPU8 } = this.module;
    const json = new TextDecoder().decode(HEAPU8.subarray(at, HEAPU8.indexOf(0, at)));
    const answer = JSON.parse(json) as T & { error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }
}

export interface Description {
  readonly syntax: { readonly uid: string; readonly name: string };
  readonly columns: number;
  readonly rows: number;
  readonly samples: number;
  readonly is_rgb: boolean;
  readonly frames: number;
  readonly frame: number;
  readonly windows: readonly { name: string; centre: number; width: number; function: string }[];
  readonly window: number;
  readonly steps: readonly string[];
  readonly age_years: number | null;
  readonly is_lateral: boolean;
  readonly body_part: string;
  readonly modality: string;
  readonly study_uid: string;
  readonly sop_uid: string;
  readonly view_position: string;
  readonly character_sets: readonly string[];
  readonly patient_name: string;
  readonly patient_id: string;
  readonly birth_date: string;
  readonly institution: string;
}

interface Film {
  readonly width: number;
  readonly height: number;
  readonly colourfulness: number;
  readonly notes: number;
}
