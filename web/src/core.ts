// The binding to the C ABI of wasm/bindings/thoraxlite.h: allocate, copy, call, free.

import createThoraxlite, { type Thoraxlite as CoreModule } from "thoraxlite-core";
import type { OpenedModel, Screening } from "./thoraxlite";

type Opened = { card: Record<string, unknown>; sha256: string; engine: string };

// The model file was read and is not one that can be used; the message says why.
export class ModelRefused extends Error {}

// One instance of the WebAssembly module with one model open in it.
export class Core {
  private constructor(
    private readonly module: CoreModule,
    readonly opened: OpenedModel,
  ) {}

  static async open(wasmBinary: Uint8Array, model: Uint8Array, sha256: string): Promise<Core> {
    // locateFile only keeps Emscripten from deriving an address that a blob worker does not have.
    const module = await createThoraxlite({ wasmBinary, locateFile: (path) => path });
    const json = withBytes(module, [model, cString(sha256), cString("auto")], (at) =>
      module._thoraxlite_open(at[0]!, model.length, at[1]!, at[2]!),
    );
    const answer = JSON.parse(json) as Opened | { error: string };
    if ("error" in answer) throw new ModelRefused(answer.error);
    return new Core(module, {
      model: {
        name: answer.card.name as string,
        sha256: answer.sha256,
        labels: answer.card.labels as string[],
        card: answer.card,
      },
      engine: answer.engine,
    });
  }

  screen(name: string, file: Uint8Array): Screening {
    const json = withBytes(this.module, [cString(name), file], (at) =>
      this.module._thoraxlite_screen(at[0]!, at[1]!, file.length, 0),
    );
    return JSON.parse(json) as Screening;
  }
}

function withBytes(
  module: CoreModule,
  arrays: Uint8Array[],
  call: (pointers: number[]) => number,
): string {
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
    const answer = call(pointers);
    return readCString(module.HEAPU8, answer);
  } finally {
    for (const pointer of pointers) module._thoraxlite_free(pointer);
  }
}

function cString(text: string): Uint8Array {
  // A zero inside a name would end it early on the other side.
  return new TextEncoder().encode(text.replaceAll("\0", "\u{fffd}") + "\0");
}

function readCString(heap: Uint8Array, start: number): string {
  return new TextDecoder().decode(heap.subarray(start, heap.indexOf(0, start)));
}
