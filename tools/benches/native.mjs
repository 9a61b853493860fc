// tools/bench native [--quick]: the core's engines natively, LibTorch, and the roof of this machine.

import { kMade } from "./contender_list.mjs";
import { median, short, table, writeResults } from "./figures.mjs";
import { writeFormats } from "./formats.mjs";
import { startNative } from "./native_program.mjs";
import { differenceOf, kTolerance } from "./tolerance.mjs";

const quick = process.argv.includes("--quick");
const plan = quick ? { warmUp: 1, rounds: 3, calls: 1 } : { warmUp: 5, rounds: 20, calls: 3 };

const races = [];
let torch;
for (const stride of [1, 2]) {
  const student = writeFormats(kMade, stride);
  for (const threads of [1, 2]) races.push(await race(student, threads));
}
writeResults(quick ? "native-quick" : "native", {
  tolerance: kTolerance,
  plan,
  versions: { LibTorch: torch },
  races,
});

async function race(student, threads) {
  const program = await startNative(student.file, threads);
  torch = program.torch;
  const rows = program.contenders.map(({ name, error, logits }, index) => {
    if (error) return { name, error };
    const difference = differenceOf(name, student, logits);
    return { name, index, difference, milliseconds: [] };
  });
  const peaks = program.peaks.map((peak, index) => ({ ...peak, index, milliseconds: [] }));
  const running = rows.filter(({ error }) => error === undefined);
  for (const { index } of running) await program.run("contender", index, plan.warmUp);
  for (let round = 0; round < plan.rounds; ++round) {
    for (const { index, milliseconds } of running) {
      const [, ...timed] = await program.run("contender", index, 1 + plan.calls);
      milliseconds.push(...timed);
    }
    for (const { index, milliseconds } of peaks)
      milliseconds.push(...(await program.run("peak", index, plan.calls)));
  }
  await program.close();
  for (const row of [...running, ...peaks]) {
    row.median = median(row.milliseconds);
    row.least = Math.min(...row.milliseconds);
  }
  const result = {
    stride: student.stride,
    threads,
    multiplyAdds: program.multiply_adds,
    rows,
    peaks,
  };
  print(result);
  return result;
}

// The roof is for one core; two cores have twice of it, unless they share their units.
function print({ stride, threads, multiplyAdds, rows, peaks }) {
  const rate = (milliseconds, work = multiplyAdds) => work / milliseconds / 1e6;
  const roof = Math.max(...peaks.map(({ least, multiply_adds }) => rate(least, multiply_adds)));
  const best = Math.min(
    ...rows
      .filter(({ name, median }) => name.startsWith("LibTorch") && median)
      .map(({ median }) => median),
  );
  console.log(
    `\nnative, stride ${stride} (${short(multiplyAdds / 1e6)} M multiply-adds), ` +
      `${threads === 1 ? "one thread" : "two threads"}\n`,
  );
  const head = [
    "",
    "median ms",
    "least ms",
    "speed, LibTorch 1",
    "G mul-adds/s",
    "of the roof",
    "logits off by",
  ];
  const body = rows.map(({ name, median, least, difference }) => [
    name,
    short(median),
    short(least),
    short(best / median),
    median === undefined ? "–" : short(rate(least)),
    median === undefined ? "–" : `${((100 * rate(least)) / (threads * roof)).toFixed(0)}%`,
    median === undefined ? "–" : difference.toExponential(1),
  ]);
  console.log(table([head, ...body]));
  for (const { name, error } of rows) if (error) console.log(`${name} does not run: ${error}`);
  if (threads > 1) return;
  console.log("\nroof of one core: multiply-adds in registers\n");
  console.log(
    table([
      ["", "G mul-adds/s", "direct convolution at least ms"],
      ...peaks.map(({ name, least, multiply_adds }) => [
        name,
        short(rate(least, multiply_adds)),
        short(multiplyAdds / rate(least, multiply_adds) / 1e6),
      ]),
    ]),
  );
}
