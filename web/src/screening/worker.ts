// All the work of the page: reading files, checking the model, running the core.

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { Core, decode, ModelRefused, NotDecoded } from "./core";
import { equip, isDicom, NotRead, readDicom, type DicomChoice } from "../dicom";
import type {
  CompiledProgram,
  CoreModule,
  Equipment,
  How,
  ModelSource,
  Program,
  Reading,
  Reply,
  Request,
  Screened,
} from "./protocol";
import { unpackModel, unpackStream } from "../packed/unpack";
import { changed, type FilmChange } from "../film/change";
import { pyramid } from "../film/pyramid";

// Of the file that was to be read ahead; its failure is told when its turn comes.
let ahead: Promise<Uint8Array<ArrayBuffer>> | undefined;

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

async function bytesOf(source: ModelSource): Promise<Uint8Array<ArrayBuffer>> {
  return source instanceof Blob
    ? new Uint8Array(await source.arrayBuffer())
    : unpackModel(source.packed);
}

// Browsers have it only where nobody on the way could have changed the page.
async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!isSecureContext) return bytesToHex(sha256(bytes));
  return bytesToHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

async function open(program: Program, source: ModelSource): Promise<Reply> {
  const compiling = compiledOnce(program);
  compiling.catch(() => {}); // told of below, unless the model is unreadable
  let model: Uint8Array<ArrayBuffer>;
  try {
    model = await bytesOf(source);
  } catch (error) {
    return { type: "unreadable", message: describe(error) };
  }
  const digest = await sha256Of(model);
  try {
    // A new instance for a new model: the old one stays open until the new one has passed its
    // self-test, and the memory that it had grown goes with it.
    const compiled = await compiling;
    core = await Core.open(compiled, model, digest);
    return { type: "opened", opened: core.opened, program: compiled };
  } catch (error) {
    if (error instanceof ModelRefused) return { type: "refused", message: error.message };
    throw error;
  }
}

async function pixels(
  program: CompiledProgram | null,
  file: Uint8Array,
  choice: DicomChoice & { change: FilmChange | null },
): Promise<Reply> {
  if (program === null) return { type: "noModel" };
  if (!isDicom(file)) {
    const film = changed(await decode(program, file), choice.change);
    return { type: "pixels", film, levels: [...pyramid(film)], steps: [], dicom: null };
  }
  const { width, height, maxValue, pixels, steps, ...dicom } = await readDicom(file, choice);
  const film = changed({ width, height, maxValue, pixels }, choice.change);
  return { type: "pixels", film, levels: [...pyramid(film)], steps, dicom };
}

async function screen(
  name: string,
  file: Uint8Array<ArrayBuffer>,
  how: How,
): Promise<Screened | null> {
  if (core === undefined) return null;
  if (!isDicom(file)) return core.screen(name, file, how);
  const film = await readDicom(file);
  const screened = core.screenPixels(name, film, film, how);
  const { studyUid: study_uid, sopUid: sop_uid } = film;
  Object.assign(screened.screening.film, { study_uid, sop_uid });
  return screened;
}

// The digest is made beside the screening: it takes a browser's own thread.
async function screenNamed(request: Request & { type: "screen" }, file: Uint8Array<ArrayBuffer>) {
  const digest = sha256Of(file);
  try {
    const screened = await screen(request.name, file, request);
    if (screened === null) return { type: "noModel" } as const;
    screened.screening.film.sha256 = await digest;
    return { type: "screened", ...screened } as const;
  } catch (error) {
    return orNotDecoded(error, await digest);
  }
}

// What cannot be read leaves the core as it was.
function orNotDecoded(error: unknown, sha256 = ""): Reply {
  if (error instanceof NotDecoded || error instanceof NotRead)
    return { type: "notDecoded", message: error.message, sha256 };
  throw error;
}

async function read(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.arrayBuffer());
}

// Begins to read the next file too: the browser does so while this thread works on this one.
function bytesToScreen({ file, next }: Reading): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = file === "ahead" ? ahead! : read(file);
  if (next !== "ahead") ahead = next === null ? undefined : read(next);
  ahead?.catch(() => {});
  return bytes;
}

async function answer(request: Request): Promise<Reply> {
  if (request.type === "open") return open(request.program, request.model);
  let file: Uint8Array<ArrayBuffer>;
  try {
    file = await (request.type === "screen" ? bytesToScreen(request) : read(request.file));
  } catch (error) {
    return { type: "unreadable", message: describe(error) };
  }
  if (request.type === "screen") return screenNamed(request, file);
  return pixels(request.program, file, request).catch((error) => orNotDecoded(error));
}

// What moves to the page instead of being copied.
function transferables(reply: Reply): Transferable[] {
  if (reply.type === "pixels") return reply.levels.map(({ pixels }) => pixels.buffer);
  if (reply.type !== "screened") return [];
  const arrays = [...reply.evidence, reply.lungField];
  return arrays.flatMap((array) => array?.buffer ?? []);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

self.addEventListener("message", ({ data }: MessageEvent<Equipment | Request>) => {
  if ("dicom" in data) return equip(data.dicom);
  answer(data)
    // Whatever was thrown, the module's memory may be in any state: the page replaces this worker.
    .catch((error: unknown): Reply => ({ type: "crashed", message: describe(error) }))
    .then((reply) => self.postMessage(reply, { transfer: transferables(reply) }));
});
