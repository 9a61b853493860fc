// tools/bench film --stages [--quick] [FILE...]: where a film's time goes, natively and as WebAssembly
// under node, by processor time.

import { execFileSync } from "node:child_process";
import { relative, resolve } from "node:path";
import { films } from "./films.mjs";
import { kRoot, table, writeResults } from "./figures.mjs";

const kModel = resolve(kRoot, "weights/covid.safetensors");
const program = (name) => ({
  native: [resolve(kRoot, `build/native/wasm/${name}`)],
  wasm: [process.execPath, resolve(kRoot, `build/wasm/wasm/${name}.js`)],
});
const kWhole = program("bench_film");
const kBare = program("bench_film_bare");

const words = process.argv.slice(2);
const quick = words.includes("--quick");
const given = words.filter((word) => !word.startsWith("--")).map((file) => resolve(file));
const sizes = quick ? [1000] : [2000, 3000];
const drawn = sizes.flatMap((size) => ["jpg", "png"].map((format) => films(size, format)[0]));
const files = given.length > 0 ? given : drawn;
const rounds = quick ? 1 : 15;

const measured = ([command, ...words]) =>
  execFileSync(command, [...words, String(rounds), kModel, ...files], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

// bare: of the decoders that transform nothing and undo no filter.
const stages = (whole, bare) => ({
  "container check": whole.container,
  [whole.format === "JPEG" ? "Huffman codes" : "inflate"]: bare.rows - whole.container,
  [whole.format === "JPEG" ? "inverse DCT" : "filters"]: whole.rows - bare.rows,
  averaging: whole.film - whole.rows,
  "lung field, its network": whole.lungs,
  prepare: whole.prepare - whole.lungs,
  network: whole.network,
  novelty: whole.novelty,
  "evidence, findings": whole.evidence,
  JSON: whole.json,
  "all of it": whole.whole + whole.json,
});

const sides = ["native", "wasm"].map((side) => ({
  whole: measured(kWhole[side]),
  bare: measured(kBare[side]),
}));
const rows = files.map((file, i) => {
  const [native, wasm] = sides.map(({ whole, bare }) => stages(whole[i], bare[i]));
  const { width, height, bytes, format } = sides[0].whole[i];
  return { file: relative(kRoot, file), width, height, bytes, format, native, wasm };
});
console.log(`processor time in ms, medians of ${rounds}`);
for (const { width, height, bytes, format, native, wasm } of rows) {
  console.log(`\n${format} ${width} x ${height}, ${(bytes / 1000).toFixed(0)} KB\n`);
  console.log(
    table([
      ["stage", "native", "WebAssembly", "ratio"],
      ...Object.keys(native).map((stage) => [
        stage,
        native[stage].toFixed(2),
        wasm[stage].toFixed(2),
        native[stage] > 0.05 ? (wasm[stage] / native[stage]).toFixed(2) : "",
      ]),
    ]),
  );
}
writeResults(quick ? "film-quick" : "film", { rounds, rows });
