// cxr-bench-engines as a child that runs what it is told to, so that turns can be taken.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { kRoot } from "./figures.mjs";

const kProgram = resolve(kRoot, "build/native/native/cxr-bench-engines");

export const isBuilt = () => existsSync(kProgram);

// Resolves to what native/bench/bench_engines.cpp says first, with
//   run(kind, index, calls): the milliseconds of each call
//   close()
export async function startNative(model, threads) {
  const child = spawn(kProgram, [model, String(threads)], {
    stdio: ["pipe", "pipe", "inherit"],
    // Some environments would limit LibTorch to one thread.
    env: { ...process.env, OMP_NUM_THREADS: String(threads) },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("cxr-bench-engines ended early");
    return value;
  };
  const described = JSON.parse(await next());
  return {
    ...described,
    run: async (kind, index, calls) => {
      child.stdin.write(`${kind} ${index} ${calls}\n`);
      return (await next()).split(" ").map(Number);
    },
    close: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}
