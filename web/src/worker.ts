// All the work of the page: reading files, checking the model, running the core.

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { Core, decode, ModelRefused, NotDecoded } from "./core";
import { isDicom, NotRead, readDicom, type DicomChoice } from "./dicom";
import { unpackModel, unpackStream } from "./inlined";
import type { CompiledProgram, CoreModule, ModelSource, Program, Reply, Request } from "./protocol";

const programs = new Map<CoreModule, Promise<CompiledProgram>>(); // that were asked for so far
let core: Core | undefined;

// Compiled while it is being unpacked. Only the first worker does so; it gives the others what came
// of it.
async function compile(program: Program): Promise<CompiledProgram> {
  if ("compiled" in program) return program;
  const headers = { "Content-Type": "application/wasm" };
  const response = new Response(unpackStream(program.packed), { headers });
  return { module: program.module, compiled: await WebAssembly.compileStreaming(response) };
}

function compiledOnce(program: Program): Promise<CompiledProgram> {
  const known = programs.get(program.module) ?? compile(program);
  programs.set(program.module, known);
  return known;
}

async function bytesOf(source: ModelSource): Promise<Uint8Array> {
  return source instanceof Blob
    ? new Uint8Array(await source.arrayBuffer())
    : unpackModel(source.packed);
}

async function open(program: Program, model: Uint8Array): Promise<Reply> {
  try {
    // A new instance for a new model: the old one stays open until the new one has passed its
    // self-test, and the memory that it had grown goes with it.
    const compiled = await compiledOnce(program);
    core = await Core.open(compiled, model, bytesToHex(sha256(model)));
    return { type: "opened", opened: core.opened, program: compiled };
  } catch (error) {
    if (error instanceof ModelRefused) return { type: "refused", message: error.message };
    throw error;
  }
}

async function pixels(file: Uint8Array, choice: DicomChoice): Promise<Reply> {
  const [program] = programs.values(); // each of them decodes
  if (program === undefined) return { type: "noModel" };
  if (!isDicom(file))
    return { type: "pixels", film: await decode(await program, file), steps: [], dicom: null };
  const { width, height, maxValue, pixels, steps, ...dicom } = await readDicom(file, choice);
  return { type: "pixels", film: { width, height, maxValue, pixels }, steps, dicom };
}

async function screen(name: string, file: Uint8Array, showAnyway: boolean): Promise<Reply> {
  if (core === undefined) return { type: "noModel" };
  if (!isDicom(file)) return { type: "screened", ...core.screen(name, file, showAnyway) };
  const film = await readDicom(file);
  return { type: "screened", ...core.screenPixels(name, film, film, showAnyway) };
}

// What cannot be read leaves the core as it was.
function orNotDecoded(error: unknown): Reply {
  if (error instanceof NotDecoded || error instanceof NotRead)
    return { type: "notDecoded", message: error.message };
  throw error;
}

async function answer(request: Request): Promise<Reply> {
  let bytes: Uint8Array;
  try {
    bytes = await bytesOf(request.type === "open" ? request.model : request.file);
  } catch (error) {
    return { type: "unreadable", message: describe(error) };
  }
  if (request.type === "open") return open(request.program, bytes);
  if (request.type === "pixels") return pixels(bytes, request).catch(orNotDecoded);
  return screen(request.name, bytes, request.showAnyway).catch(orNotDecoded);
}

// What moves to the page instead of being copied.
function transferables(reply: Reply): Transferable[] {
  if (reply.type === "pixels") return [reply.film.pixels.buffer];
  if (reply.type !== "screened") return [];
  const arrays = [...reply.evidence, reply.lungField];
  return arrays.flatMap((array) => array?.buffer ?? []);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

self.addEventListener("message", ({ data }: MessageEvent<Request>) => {
  answer(data)
    // Whatever was thrown, the module's memory may be in any state: the page replaces this worker.
    .catch((error: unknown): Reply => ({ type: "crashed", message: describe(error) }))
    .then((reply) => self.postMessage(reply, { transfer: transferables(reply) }));
});
