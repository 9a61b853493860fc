// What a bench runs on: figures of a processor with AVX-512 say little of one with AVX2 alone. By itself it
// says it, which tools/bench does first.

import { readFileSync } from "node:fs";
import { arch, cpus } from "node:os";

// The widest of what compilers and decoders use, as Linux names it; the first that is there counts.
const kVectors = [
  ["avx512f", "AVX-512"],
  ["avx2", "AVX2, no AVX-512"],
  ["sse4_2", "SSE4.2, no AVX2"],
  ["sve", "SVE"],
  ["asimd", "NEON"],
];

// "AMD EPYC, AVX-512, x64, 2 cores at 2.60 GHz"
export function processor() {
  const { model, speed } = cpus()[0];
  const clock = speed > 0 ? ` at ${(speed / 1000).toFixed(2)} GHz` : "";
  return [model.trim(), vectors(), arch(), `${cpus().length} cores${clock}`]
    .filter(Boolean)
    .join(", ");
}

function vectors() {
  const told = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"));
  const flags = new Set(told?.[1].trim().split(/\s+/));
  return kVectors.find(([flag]) => flags.has(flag))?.[1] ?? "";
}

if (process.argv[1] === import.meta.filename) console.log(`on ${processor()}`);
