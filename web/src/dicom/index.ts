// Reading DICOM files. The readers and decoders lie in the page as one packed block; it is unpacked,
// and the worker that runs them started, when the first such file comes.

import type { Packed } from "../packed/packed";
import { unpack } from "../packed/unpack";
import type { DicomChoice, DicomFilm } from "./film";
import type { DicomReply, DicomRequest, WasmParts } from "./worker";

export { isDicom } from "./is_dicom";
export type { DicomChoice, DicomFilm, StepKey } from "./film";

// The file holds no film that can be read; the message says why, in one sentence for a person.
export class NotRead extends Error {}

let block: Packed = "";

// To be called before the first file is read.
export function equip(packed: Packed): void {
  block = packed;
}

let started: Promise<Worker> | undefined;
let last: Promise<unknown> = Promise.resolve();

// One file after the other. Rejects with NotRead.
export function readDicom(file: Uint8Array, choice: DicomChoice = {}): Promise<DicomFilm> {
  const film = last.then(() => readNext(file, choice));
  last = film.catch(() => {});
  return film;
}

async function readNext(file: Uint8Array, choice: DicomChoice): Promise<DicomFilm> {
  const worker = await (started ??= start());
  try {
    const reply = await ask(worker, { file, choice });
    if ("film" in reply) return reply.film;
    throw new NotRead(reply.message);
  } catch (error) {
    // After a failure a decoder's memory may be in any state.
    worker.terminate();
    started = undefined;
    throw error;
  }
}

function ask(worker: Worker, request: DicomRequest): Promise<DicomReply> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<DicomReply>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new NotRead(`The DICOM file could not be read: ${event.message}.`));
    };
    worker.postMessage(request);
  });
}

// As in the page: nothing but this source can become a worker.
let url = "";
const policy = self.trustedTypes?.createPolicy("thoraxlite", {
  createScriptURL: (_: string) => url,
});

async function start(): Promise<Worker> {
  const { script, ...wasm } = parts(await unpack(block));
  url = URL.createObjectURL(new Blob([script!], { type: "text/javascript" }));
  const worker = new Worker((policy?.createScriptURL("") ?? url) as string, { name: "dicom" });
  URL.revokeObjectURL(url);
  worker.postMessage({ wasm: wasm as WasmParts } satisfies DicomRequest);
  return worker;
}

// A line of JSON with the names and sizes of the parts, then the parts.
function parts(block: Uint8Array): Record<string, Uint8Array<ArrayBuffer>> {
  const end = block.indexOf(10);
  const sizes = JSON.parse(new TextDecoder().decode(block.subarray(0, end))) as [string, number][];
  let position = end + 1;
  return Object.fromEntries(
    sizes.map(([name, size]) => [name, block.slice(position, (position += size))]),
  );
}
