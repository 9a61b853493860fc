// The binding to the C ABI of wasm/bindings/thoraxlite.h: allocate, copy, call, free.

import createSmall, { type Thoraxlite as Instance } from "thoraxlite-core";
import createXnnpack from "thoraxlite-core-xnnpack";
import type { FilmChange } from "../film/change";
import type { FilmFacts, FilmPixels } from "../film/pixels";
import type { CompiledProgram, CoreModule, How, Screened } from "./protocol";
import type { OpenedModel, Screening } from "./thoraxlite";

type Opened = {
  card: Record<string, unknown>;
  version: string;
  sha256: string;
  engine: string;
};

const scripts: Record<CoreModule, typeof createSmall> = {
  thoraxlite: createSmall,
  "thoraxlite-xnnpack": createXnnpack,
  // The same scripts; build/worker_source.ts sees to it.
  "thoraxlite-relaxed": createSmall,
  "thoraxlite-xnnpack-relaxed": createXnnpack,
};

// By the numbers of wasm/core/film_change.h.
const changes: readonly (FilmChange | null)[] = [
  null,
  "inverted",
  "turned_90",
  "turned_180",
  "turned_270",
];

// The model file was read and is not one that can be used; the message says why.
export class ModelRefused extends Error {}

// The file holds no film that can be decoded; the message says why.
export class NotDecoded extends Error {}

// One instance of the WebAssembly module with one model open in it.
export class Core {
  private constructor(
    private readonly module: Instance,
    readonly opened: OpenedModel,
  ) {}

  static async open(program: CompiledProgram, model: Uint8Array, sha256: string): Promise<Core> {
    const module = await instantiate(program);
    const answer = withBytes(module, [model, cString(sha256), cString("auto")], (at) =>
      readJson<Opened | { error: string }>(
        module,
        module._thoraxlite_open(at[0]!, model.length, at[1]!, at[2]!),
      ),
    );
    if ("error" in answer) throw new ModelRefused(answer.error);
    return new Core(module, {
      model: {
        name: answer.card.name as string,
        version: answer.version,
        sha256: answer.sha256,
        labels: answer.card.labels as string[],
        card: answer.card,
      },
      engine: answer.engine,
      module: program.module,
    });
  }

  // Bytes that the module holds; it never gives any back.
  get memory(): number {
    return this.module.HEAPU8.length;
  }

  screen(name: string, file: Uint8Array, { showAnyway, change }: How): Screened {
    return withBytes(this.module, [cString(name), file], (at) =>
      this.screened(
        this.module._thoraxlite_screen(
          at[0]!,
          at[1]!,
          file.length,
          Number(showAnyway),
          changes.indexOf(change),
        ),
      ),
    );
  }

  // A film that was decoded elsewhere; wasm/bindings/thoraxlite.h says what is known of it.
  screenPixels(
    name: string,
    { width, height, maxValue, pixels }: FilmPixels,
    facts: FilmFacts,
    { showAnyway, change }: How,
  ): Screened {
    const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
    const texts = [cString(facts.bodyPart), cString(facts.modality)];
    return withBytes(this.module, [cString(name), bytes, ...texts], (at) =>
      this.screened(
        this.module._thoraxlite_screen_pixels(
          at[0]!,
          at[1]!,
          width,
          height,
          maxValue,
          facts.colourfulness,
          facts.ageYears,
          Number(facts.isLateral),
          at[2]!,
          at[3]!,
          facts.notes,
          Number(showAnyway),
          changes.indexOf(change),
        ),
      ),
    );
  }

  private screened(json: number): Screened {
    const { module } = this;
    const screening = readJson<Screening>(module, json);
    const { evidence } = screening;
    // The core has read both.
    const { view, input } = this.opened.model.card as {
      view?: { film: number };
      input: { size: number };
    };
    const side = view?.film ?? input.size;
    const field = module._thoraxlite_lung_field();
    return {
      screening,
      evidence:
        evidence === null
          ? []
          : screening.findings.map((_, finding) =>
              floats(
                module,
                module._thoraxlite_evidence(finding),
                evidence.width * evidence.height,
              ),
            ),
      lungField: field === 0 ? null : module.HEAPU8.slice(field, field + side ** 2),
    };
  }
}

// An image file at full resolution, in an instance of its own: so its memory goes with it.
export async function decode(program: CompiledProgram, file: Uint8Array): Promise<FilmPixels> {
  const module = await instantiate(program);
  const answer = withBytes(module, [file], (at) =>
    readJson<{ width: number; height: number; max_value: number } | { error: string }>(
      module,
      module._thoraxlite_decode(at[0]!, file.length),
    ),
  );
  if ("error" in answer) throw new NotDecoded(answer.error);
  const { width, height, max_value: maxValue } = answer;
  const start = module._thoraxlite_pixels();
  const bytes = module.HEAPU8.slice(start, start + 2 * width * height);
  return { width, height, maxValue, pixels: new Uint16Array(bytes.buffer) };
}

function instantiate({ module, compiled }: CompiledProgram): Promise<Instance> {
  return new Promise((resolve, reject) => {
    scripts[module]({
      instantiateWasm(imports, done) {
        WebAssembly.instantiate(compiled, imports).then(
          (instance) => done(instance, compiled),
          reject,
        );
        return {};
      },
      // Only keeps Emscripten from deriving an address that a blob worker does not have.
      locateFile: (path) => path,
    }).then(resolve, reject);
  });
}

function withBytes<T>(module: Instance, arrays: Uint8Array[], call: (pointers: number[]) => T): T {
  const pointers: number[] = [];
  try {
    for (const array of arrays) {
      // At least one byte: an empty file still needs an address.
      const pointer = module._thoraxlite_allocate(Math.max(array.length, 1));
      if (pointer === 0) throw new RangeError("WebAssembly memory is full");
      pointers.push(pointer);
      // HEAPU8 is asked for after each allocation, because growing the memory detaches older views.
      module.HEAPU8.set(array, pointer);
    }
    return call(pointers);
  } finally {
    for (const pointer of pointers) module._thoraxlite_free(pointer);
  }
}

function floats({ HEAPU8 }: Instance, start: number, count: number): Float32Array {
  return new Float32Array(HEAPU8.slice(start, start + 4 * count).buffer);
}

function cString(text: string): Uint8Array {
  // A zero inside a name would end it early on the other side.
  return new TextEncoder().encode(text.replaceAll("\0", "\u{fffd}") + "\0");
}

function readJson<T>({ HEAPU8 }: Instance, start: number): T {
  return JSON.parse(
    new TextDecoder().decode(HEAPU8.subarray(start, HEAPU8.indexOf(0, start))),
  ) as T;
}
