// Processor time of a browser, by what spends it: what a busy machine's clock on the wall does not tell.

import { readdirSync, readFileSync } from "node:fs";

// Names of threads (Chromium's, cut at 15 letters, and Firefox') by what they do.
const kKinds = [
  [/^DedicatedWorker|^DOM Worker/, "workers"],
  [/^Compositor|^VizCompositor|^CrGpuMain|^GpuWatchdog|^CompositorTile/, "drawing"],
  [/^ThreadPoolForeg|^ThreadPoolSing|^ImgDecoder/, "thread pool"],
];

// Milliseconds that the process and all below it have spent so far, by kind: "workers" (of the page),
// "the page's thread", "drawing", "thread pool" (digests, compilation, files, decoding of pictures),
// "the rest" (the browser's own process, passing of messages). Threads that have ended are not counted.
export function processorTime(pid) {
  const spent = { workers: 0, "the page's thread": 0, drawing: 0, "thread pool": 0, "the rest": 0 };
  for (const member of family(pid))
    try {
      const isPage = readFileSync(`/proc/${member}/cmdline`, "utf8").includes("--type=renderer");
      for (const thread of readdirSync(`/proc/${member}/task`)) {
        const folder = `/proc/${member}/task/${thread}`;
        const name = readFileSync(`${folder}/comm`, "utf8").trim();
        const kind = kKinds.find(([pattern]) => pattern.test(name))?.[1];
        const [nanoseconds] = readFileSync(`${folder}/schedstat`, "utf8").split(" ");
        const main = isPage && thread === member ? "the page's thread" : "the rest";
        spent[kind ?? main] += Number(nanoseconds) / 1e6;
      }
    } catch {
      // It has ended in the meantime.
    }
  return spent;
}

// By kind, from one such answer to a later one.
export const spentBetween = (before, after) =>
  Object.fromEntries(Object.entries(after).map(([kind, time]) => [kind, time - before[kind]]));

function family(pid) {
  const children = new Map();
  for (const member of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
    try {
      const stat = readFileSync(`/proc/${member}/stat`, "utf8");
      const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
      children.set(parent, [...(children.get(parent) ?? []), member]);
    } catch {
      // It has ended in the meantime.
    }
  const members = [String(pid)];
  for (const member of members) members.push(...(children.get(member) ?? []));
  return members;
}
