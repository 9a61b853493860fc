// All the work of the page: reading files, checking the model, running the core.

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import inlinedModel from "inlined:model";
import inlinedWasm from "inlined:wasm";
import { Core, ModelRefused } from "./core";
import { unpack } from "./inlined";
import type { Reply, Request } from "./protocol";

const wasm = unpack(inlinedWasm);
let core: Core | undefined;

async function open(model: Uint8Array): Promise<Reply> {
  try {
    // A new instance for a new model: the old one stays open until the new one has passed its
    // self-test, and the memory that it had grown goes with it.
    core = await Core.open(await wasm, model, bytesToHex(sha256(model)));
    return { type: "opened", opened: core.opened };
  } catch (error) {
    if (error instanceof ModelRefused) return { type: "refused", message: error.message };
    throw error;
  }
}

async function answer(request: Request): Promise<Reply> {
  const source = request.type === "open" ? request.model : request.file;
  if (source === null) return open(await unpack(inlinedModel));
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await source.arrayBuffer());
  } catch (error) {
    return { type: "unreadable", message: describe(error) };
  }
  if (request.type === "open") return open(bytes);
  if (core === undefined) return { type: "noModel" };
  return { type: "screened", screening: core.screen(request.name, bytes) };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

self.addEventListener("message", ({ data }: MessageEvent<Request>) => {
  answer(data)
    // Whatever was thrown, the module's memory may be in any state: the page replaces this worker.
    .catch((error: unknown): Reply => ({ type: "crashed", message: describe(error) }))
    .then((reply) => self.postMessage(reply));
});
