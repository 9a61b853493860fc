// npm test [-- --tap FILE] [TEST...]: all tests of the page, or those of the named files, as many files
// at a time as there are cores. FILE gets the same as TAP.

import { createWriteStream, globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { run } from "node:test";
import { spec, tap } from "node:test/reporters";
import { parseArgs } from "node:util";

// The longest first: none is to begin when the others have ended.
const longest = [
  "troubled_files.test.mjs",
  "dicom_fuzz.test.mjs",
  "firefox.test.mjs",
  "walk.test.mjs",
  "accessibility.test.mjs",
  "attempts.test.mjs",
  "results.test.mjs",
  "session.test.mjs",
  "batch.test.mjs",
  "intake.test.mjs",
  "keyboard.test.mjs",
  "page.test.mjs",
  "interface.test.mjs",
  "dicom_parity.test.mjs",
  "site.test.mjs",
  "figures.test.mjs",
  "report.test.mjs",
  "settings.test.mjs",
  "evidence.test.mjs",
];

const { values, positionals } = parseArgs({
  options: { tap: { type: "string" } },
  allowPositionals: true,
});
const rest = globSync("*.test.mjs", { cwd: import.meta.dirname }).filter(
  (file) => !longest.includes(file),
);

const tests = run({
  files:
    positionals.length > 0
      ? positionals.map((file) => resolve(file))
      : [...longest, ...rest].map((file) => resolve(import.meta.dirname, file)),
  concurrency: availableParallelism(),
});
tests.on("test:fail", () => (process.exitCode = 1));
tests.compose(new spec()).pipe(process.stdout);
if (values.tap !== undefined) tests.compose(tap).pipe(createWriteStream(values.tap));
