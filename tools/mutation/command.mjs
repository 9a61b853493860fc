// A command of the shell in a process group of its own, so that nothing of it is left when it is ended.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";

let running;
let interrupted = false;

// Ends what runs; whoever waits for it waits for ever.
export async function interrupt() {
  interrupted = true;
  await endRunning();
}

// Browsers have groups of their own: whoever started them is asked first, so that they end too.
async function endRunning() {
  if (running === undefined) return;
  const ended = once(running, "close");
  const signal = (name) => {
    try {
      process.kill(-running.pid, name);
    } catch {
      // It has just ended.
    }
  };
  signal("SIGTERM");
  const patience = setTimeout(() => signal("SIGKILL"), 5000);
  await ended;
  clearTimeout(patience);
}

function empty(folder) {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // A browser that was ended is still writing; the next command empties it.
  }
}

// Gives { ended: "well" | "badly" | "late", output, seconds }. A line that tells of a failed test ends
// it early. temporary: a folder for what it writes for a while, emptied afterwards.
export function run(command, { cwd, limit, temporary }) {
  empty(temporary);
  mkdirSync(temporary, { recursive: true });
  const started = performance.now();
  return new Promise((done) => {
    running = spawn("bash", ["-o", "pipefail", "-c", command], {
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TMPDIR: temporary },
    });
    let output = "";
    let ended;
    const end = (how) => {
      if (ended === undefined) void endRunning();
      ended ??= how;
    };
    const timer = setTimeout(() => end("late"), limit);
    for (const stream of [running.stdout, running.stderr])
      stream.setEncoding("utf8").on("data", (text) => {
        output = (output + text).slice(-20_000);
        if (/^ *(?:not ok|✖) /m.test(text)) end("badly");
      });
    running.on("close", (code) => {
      clearTimeout(timer);
      running = undefined;
      empty(temporary);
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      if (!interrupted) done({ ended: ended ?? (code === 0 ? "well" : "badly"), output, seconds });
    });
  });
}
